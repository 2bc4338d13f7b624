#!/usr/bin/env python3
"""A peer finds pairs of one person in a FEBRL data set: writes a CSV of id, other id, score.

`linkage.py splink|recordlinkage|recordlinkage-ecm FEBRL.csv.gz OUT.csv`

splink: as the project's example for FEBRL 3 recommends (blocking rules, comparisons, estimation, seed); score: match probability.
recordlinkage: as its guide to deduplication recommends; score: features that agree (it takes more than 3 for a match).
recordlinkage-ecm: the same features with the columns and blocks that the other rivals use, and the library's own unsupervised
classifier; score: its probability.
"""

import logging
import sys
import warnings

import pandas

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def main():
    peer, source, out = sys.argv[1:]
    records = pandas.read_csv(source, skipinitialspace=True, dtype=str)
    rivals = {"splink": by_splink, "recordlinkage": by_recordlinkage, "recordlinkage-ecm": by_ecm}
    pairs = rivals[peer](records)
    pairs.columns = ["voter_id", "other_id", "probability"]
    pairs.to_csv(out, index=False)


def by_splink(records):
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on(column) for column in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
    )
    api = DuckDBAPI()
    linker = Linker(api.register(records), settings)
    linker.training.estimate_probability_two_random_records_match(
        [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
        ],
        recall=0.9,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=2)
    for column in ("date_of_birth", "postcode"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    pairs = linker.inference.predict(threshold_match_probability=0.0001).as_pandas_dataframe()
    return pairs[["rec_id_l", "rec_id_r", "match_probability"]]


def compared(records, columns):
    import recordlinkage

    indexer = recordlinkage.Index()
    for column in columns:
        indexer.block(column)
    links = indexer.index(records)
    compare = recordlinkage.Compare()
    compare.exact("given_name", "given_name", label="given_name")
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85, label="surname")
    compare.exact("date_of_birth", "date_of_birth", label="date_of_birth")
    compare.exact("suburb", "suburb", label="suburb")
    compare.exact("state", "state", label="state")
    compare.string("address_1", "address_1", threshold=0.85, label="address_1")
    if len(columns) > 1:
        compare.exact("soc_sec_id", "soc_sec_id", label="soc_sec_id")
        compare.exact("postcode", "postcode", label="postcode")
        compare.exact("street_number", "street_number", label="street_number")
    return compare.compute(links, records)


def by_recordlinkage(records):
    features = compared(records.set_index("rec_id"), ["given_name"])
    return features.sum(axis=1).rename("score").reset_index()


def by_ecm(records):
    import recordlinkage

    columns = ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"]
    features = compared(records.set_index("rec_id"), columns)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    return classifier.prob(features).rename("score").reset_index()


if __name__ == "__main__":
    main()
