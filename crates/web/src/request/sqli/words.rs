//! What words mean in SQL, as several database systems together understand it.

use std::sync::LazyLock;

use hashbrown::HashMap;

/// What a word means in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// `union`, and the other operators on sets of rows.
    Union,
    Values,
    All,
    Select,
    From,
    Where,
    Having,
    Order,
    Group,
    By,
    Limit,
    Into,
    File,
    Statement,
    Object,
    Set,
    Declare,
    Execute,
    Waitfor,
    Delay,
    Case,
    When,
    Then,
    Like,
    Between,
    In,
    Is,
    Null,
    Procedure,
    As,
    /// A function that hardly any text but SQL names.
    RareFunction,
    /// A function whose name is also an everyday word.
    Function,
    /// A table of the database's own description of itself.
    Catalogue,
    Plain,
}

/// What a word in lower case means.
pub(super) fn classify(word: &str) -> Word {
    static MEANINGS: LazyLock<HashMap<&str, Word>> = LazyLock::new(|| {
        MEANING_LIST.iter().flat_map(|(meaning, words)| words.split_whitespace().map(|w| (w, *meaning))).collect()
    });
    match MEANINGS.get(word) {
        Some(meaning) => *meaning,
        None if !word.contains(['_', '.', '$']) => Word::Plain,
        None if CATALOGUES.iter().any(|start| word.starts_with(start)) => Word::Catalogue,
        None if is_rare_function(word) => Word::RareFunction,
        None => Word::Plain,
    }
}

fn is_rare_function(word: &str) -> bool {
    const STARTS: [&str; 10] =
        ["xp_", "sp_", "pg_", "dbms_", "utl_", "ctxsys.", "lo_import", "lo_export", "sys.fn_", "sqlite_"];
    STARTS.iter().any(|s| word.starts_with(s)) || word.contains(".xp_") || word.ends_with(".sleep")
}

/// How the names of tables begin in which databases describe themselves.
const CATALOGUES: &[&str] = &[
    "information_schema",
    "performance_schema",
    "pg_catalog",
    "sqlite_master",
    "sqlite_schema",
    "sqlite_temp_master",
    "sysibm.",
    "syscat.",
    "rdb$",
    "mysql.user",
    "mysql.db",
    "mysql.innodb",
    "msysaccessobjects",
    "master..",
    "master.dbo.",
    "sys.database",
    "tempdb..",
    "msdb..",
];

const MEANING_LIST: &[(Word, &str)] = &[
    (Word::Union, "union except intersect minus"),
    (Word::Values, "values"),
    (Word::All, "all distinct distinctrow"),
    (Word::Select, "select"),
    (Word::From, "from"),
    (Word::Where, "where"),
    (Word::Having, "having"),
    (Word::Order, "order"),
    (Word::Group, "group"),
    (Word::By, "by"),
    (Word::Limit, "limit offset"),
    (Word::Into, "into"),
    (Word::File, "outfile dumpfile"),
    (
        Word::Statement,
        "insert update delete drop create alter truncate grant shutdown begin merge replace rename backup restore use \
         attach copy call",
    ),
    (Word::Object, "table database user view index schema login trigger function"),
    (Word::Set, "set"),
    (Word::Declare, "declare"),
    (Word::Execute, "exec execute"),
    (Word::Waitfor, "waitfor"),
    (Word::Delay, "delay"),
    (Word::Case, "case"),
    (Word::When, "when"),
    (Word::Then, "then else"),
    (Word::Like, "like rlike regexp glob ilike"),
    (Word::Between, "between"),
    (Word::In, "in"),
    (Word::Is, "is"),
    (Word::Null, "null true false"),
    (Word::Procedure, "procedure"),
    (Word::As, "as"),
    (
        Word::Catalogue,
        "sysobjects syscolumns sysusers sysdatabases syslogins all_tables all_users all_tab_columns user_tables \
         user_tab_columns dba_users dba_tables sys.dual sys.user$ pg_tables pg_shadow pg_user pg_class pg_database \
         v$version msysaccessobjects",
    ),
    (
        Word::RareFunction,
        "benchmark extractvalue updatexml load_file load_extension randomblob zeroblob group_concat concat_ws unhex chr \
         nchar substr substring ord ascii ifnull nullif nvl coalesce to_char xmltype xmlagg make_set elt char_length \
         name_const row_count st_latfromgeohash generate_series regexp_substring is_srvrolemember db_name schema_name \
         user_name suser_name system_user session_user current_user newid openrowset opendatasource openquery \
         json_extract json_value json_query json_keys json_array_length json_contains json_overlaps jsonb_extract_path \
         json_extract_path json_object_keys jsonb_object_keys json_search json_depth json_valid json_type \
         sys_eval sys_exec string_agg array_agg query_to_xml database_to_xml table_to_xml bin_to_uuid \
         gtid_subset gtid_subtract st_pointfromgeohash polygon_from_text wm_concat listagg sha2 md5_hex crc32 \
         lpad rpad soundex substring_index find_in_set last_insert_id found_rows connection_id \
         to_base64 from_base64 uncompress aes_decrypt des_decrypt sqlite_version \
         adddate addtime aes_encrypt asin atan2 bit_and bit_count bit_length bit_or bit_xor charindex clock_timestamp \
         coercibility conv convert_tz curdate curtime current_database current_date current_setting current_time \
         current_timestamp date_add date_format date_sub datediff dayname dayofmonth dayofweek dayofyear dblink_connect \
         dblink dblink_exec des_encrypt encode decode export_set from_days from_unixtime get_format get_lock \
         greatest inet_aton inet_ntoa inet6_aton inet6_ntoa is_free_lock is_used_lock is_ipv4 isnull json_array json_arrayagg \
         json_object json_unquote json_set json_insert json_quote json_table json_length json_contains_path \
         jsonb_typeof jsonb_array_elements json_array_elements jsonb_build_object json_build_object json_each \
         jsonb_each json_agg jsonb_agg jsonb_pretty json_typeof lcase ucase least localtimestamp log10 log2 makedate \
         maketime master_pos_wait monthname nvl2 octet_length old_password period_add period_diff quotename rawtohex \
         rawtonhex regexp_like regexp_replace regexp_substr regexp_instr regexp_matches regexp_split_to_table release_lock \
         release_all_locks row_to_json sec_to_time sha statement_timestamp stddev_pop stddev_samp str_to_date subdate subtime \
         sys_context sysdate time_format time_to_sec timediff timestampadd timestampdiff to_ascii to_date to_days to_hex \
         to_json to_jsonb to_number to_seconds to_timestamp unicode unix_timestamp utc_date utc_time utc_timestamp uuid \
         uuid_short var_pop var_samp weekofyear xmlcomment xmlconcat xmlelement xmlforest xmlexists xpath_exists yearweek \
         hextoraw utl_raw dbms_lock sqlite_compileoption_used sqlite_source_id last_insert_rowid total_changes \
         hashbytes has_dbaccess object_id object_name is_member serverproperty openjson isjson \
         json_modify row_number dense_rank inet_server_addr \
         last_day patindex initcap nlssort replicate dateadd datepart datename isnumeric host_name suser_sname col_name \
         julianday strftime string_to_array unnest to_tsvector to_tsquery array_to_string ceil oct weekday \
         add_months months_between next_day regexp_count sys_guid systimestamp instrb lengthb substrb ora_hash bitand \
         numtodsinterval tz_offset set_config xpath",
    ),
    (
        Word::Function,
        "sleep char version concat mid left right hex cast convert count if iif exists length len lower upper \
         rand random floor exp md5 sha1 quarter strcmp reverse rownum bin power trim ltrim sum max min avg row field \
         instr locate position now top abs sin password repeat compress encrypt year month day hour minute \
         second quote sign cos tan acos atan cot degrees radians sqrt pow log ln round format mod \
         stuff datalength typeof changes variance stddev std space pi",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let mut seen = hashbrown::HashSet::new();
        for word in MEANING_LIST.iter().flat_map(|(_, words)| words.split_whitespace()) {
            assert!(seen.insert(word), "{word}");
        }
    }
}
