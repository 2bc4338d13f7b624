#!/usr/bin/env python3
"""Bare differences of two tab-delimited files under a key column, by a library from PyPI: how many rows are new, gone, changed.

`table_diff.py duckdb|polars|datacompy A B KEY`. DuckDB and polars hash each row and join the hashes by key, which is the
quickest way that was found to ask them; datacompy compares column by column, as it is made to.
"""

import os
import sys


def main():
    name, a, b, key = sys.argv[1:]
    new, gone, changed = {"duckdb": by_duckdb, "polars": by_polars, "datacompy": by_datacompy}[name](a, b, key)
    print(f"added {new} deleted {gone} modified {changed}")


def by_duckdb(a, b, key):
    import duckdb

    read = "SELECT {key} AS k, hash(t) AS h FROM read_csv('{path}', delim='\t', quote='\"', header=true, all_varchar=true) AS t"
    older, newer = (read.format(key=key, path=path) for path in (a, b))
    return duckdb.execute(
        "SELECT count(*) FILTER (a.k IS NULL), count(*) FILTER (b.k IS NULL), count(*) FILTER (a.h <> b.h) "
        f"FROM ({older}) AS a FULL JOIN ({newer}) AS b ON a.k = b.k"
    ).fetchone()


def by_polars(a, b, key):
    import polars as pl

    def hashed(path):
        rows = pl.scan_csv(path, separator="\t", infer_schema=False, encoding="utf8-lossy")
        return rows.select(pl.col(key).alias("k"), pl.struct(pl.all()).hash().alias("h"))

    joined = hashed(a).join(hashed(b), on="k", how="full", suffix="_new")
    counts = joined.select(
        pl.col("k").is_null().sum().alias("new"),
        pl.col("k_new").is_null().sum().alias("gone"),
        (pl.col("h") != pl.col("h_new")).sum().alias("changed"),
    )
    return counts.collect(engine="streaming").row(0)


def by_datacompy(a, b, key):
    import resource

    import datacompy
    import polars as pl

    # It holds both tables and more: where that is too much, it is to fail alone.
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 6 // 10
    resource.setrlimit(resource.RLIMIT_AS, (most, most))

    def rows(path):
        return pl.read_csv(path, separator="\t", infer_schema=False, encoding="utf8-lossy")

    compared = datacompy.PolarsCompare(rows(a), rows(b), join_columns=key)
    return len(compared.df2_unq_rows), len(compared.df1_unq_rows), len(compared.all_mismatch())


if __name__ == "__main__":
    main()
