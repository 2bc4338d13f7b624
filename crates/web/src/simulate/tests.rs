use jiff::Timestamp;

use super::*;

fn start() -> Timestamp {
    "2026-08-31T04:00:00Z".parse().unwrap()
}

fn log(plan: &PortalPlan) -> (String, PortalTruth) {
    let mut out = Vec::new();
    let truth = write_log(plan, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), truth)
}

fn harvest() -> Attack {
    let begin = "2026-09-02T01:00:00Z".parse().unwrap();
    Attack::SequentialHarvest(SequentialHarvest { begin, first_voter: 100, records: 700, per_second: 2.0 })
}

#[test]
fn ordinary_lines_are_the_same_with_and_without_an_attack() {
    let calm = PortalPlan::ordinary(5, start(), 1, 40.0, 9_000);
    let attacked = PortalPlan { attacks: vec![harvest()], ..calm.clone() };
    let ((calm, _), (attacked, truth)) = (log(&calm), log(&attacked));
    let hostile: Vec<String> = truth.attacks[0].addresses.iter().map(|address| format!("{address} ")).collect();
    let rest: Vec<&str> =
        attacked.lines().filter(|line| !hostile.iter().any(|address| line.starts_with(address))).collect();
    assert_eq!(rest, calm.lines().collect::<Vec<_>>());
    assert_eq!(attacked.lines().count() - rest.len(), truth.attacks[0].lines as usize);
}

#[test]
fn truth_counts_what_the_lines_hold() {
    let plan = PortalPlan { attacks: vec![harvest()], ..PortalPlan::ordinary(5, start(), 1, 4.0, 9_000) };
    let (text, truth) = log(&plan);
    let client = format!("{} ", truth.attacks[0].addresses[0]);
    let numbers: std::collections::BTreeSet<&str> = text
        .lines()
        .filter(|line| line.starts_with(&client) && !line.contains(&format!(" 200 {} ", site::NO_MATCH_BYTES)))
        .filter_map(|line| line.split("vid=").nth(1)?.split(' ').next())
        .collect();
    assert_eq!(truth.attacks[0].records, 700);
    assert_eq!(numbers.len(), 700);
    assert_eq!((truth.lines, truth.bytes), (text.lines().count() as u64, text.len() as u64));
}

#[test]
fn lines_are_in_order_of_time() {
    let plan = PortalPlan { format: LogFormat::Json, ..PortalPlan::county_example() };
    let (text, _) = log(&plan);
    let times: Vec<String> = text
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["time_iso8601"].as_str().unwrap().to_owned()
        })
        .collect();
    assert!(times.is_sorted());
    assert!(times.len() > 20_000, "{}", times.len());
}

#[test]
fn the_county_example_is_what_its_plan_says() {
    let (text, truth) = log(&PortalPlan::county_example());
    let attack = &truth.attacks[0];
    assert_eq!((truth.records, attack.records, attack.addresses.len()), (7_350, 7_350, 3));
    assert!((25_000..35_000).contains(&truth.lines), "{} lines", truth.lines);
    let first = attack.first.unwrap().to_string();
    assert!(first.starts_with("2026-09-06T06:14"), "{first}");
    assert!(text.starts_with(|first: char| first.is_ascii_hexdigit()));
    assert!(text.contains("[31/Aug/2026:") && text.contains("[04/Oct/2026:"));
    assert!(!text.contains("[05/Oct/2026:") && !text.contains("[10/Sep/2026:09:"));
}

#[test]
fn slow_and_flood_overlap_in_their_voters() {
    let flood_at = "2026-09-04T03:00:00Z".parse().unwrap();
    let attack = InjectionThenFlood {
        begin: start(),
        slow_days: 3,
        slow_records: 12,
        flood_at,
        records: 5,
        per_second: 5.0,
        addresses: 2,
        blocked_requests: 3,
    };
    let attacks = vec![Attack::InjectionThenFlood(attack)];
    let plan = PortalPlan { attacks, ..PortalPlan::ordinary(9, start(), 1, 1.0, 9_000) };
    let mut out = Vec::new();
    let truth = write_attacks(&plan, &mut out).unwrap();
    assert_eq!(truth.records, 12);
    // Twelve rows of 27 characters at seven questions, the first tries, five rows with some asked twice, three refusals.
    assert!((12 * 189 + 34 + 5 + 3..12 * 189 + 34 + 10 + 4).contains(&truth.lines), "{}", truth.lines);
}

#[test]
fn every_kind_of_attack_leaves_what_its_plan_says() {
    let begin = "2026-09-01T12:00:00Z".parse().unwrap();
    let attacks = vec![
        Attack::BulkInjection(BulkInjection { begin, records: 4_000, per_answer: 1_500, probes: 18 }),
        Attack::SlowHarvest(SlowHarvest { begin, days: 5, requests: 300, misses: 0.2 }),
        Attack::DistributedHarvest(DistributedHarvest {
            begin,
            hours: 20,
            first_voter: 5_000,
            records: 900,
            addresses: 150,
        }),
        Attack::Scan(Scan { begin, requests: 400, per_second: 8.0 }),
    ];
    for shape in [PortalShape::IdInQuery, PortalShape::IdInPath, PortalShape::Uuid] {
        let plan = PortalPlan { shape, attacks: attacks.clone(), ..PortalPlan::ordinary(3, start(), 1, 20.0, 9_000) };
        let (_, truth) = log(&plan);
        let records: Vec<u64> = truth.attacks.iter().map(|attack| attack.records).collect();
        assert_eq!((records[0], records[2], records[3]), (4_000, 900, 0));
        assert!((200..260).contains(&records[1]), "{records:?}");
        assert!(truth.records < records.iter().sum(), "some voters were read twice");
        assert!(truth.attacks[2].addresses.len() > 140);
    }
}

#[test]
fn an_outage_leaves_no_line() {
    let outage =
        Interval { from: "2026-09-02T00:00:00Z".parse().unwrap(), to: "2026-09-03T00:00:00Z".parse().unwrap() };
    let plan = PortalPlan {
        outages: vec![outage],
        format: LogFormat::W3c,
        ..PortalPlan::ordinary(5, start(), 1, 40.0, 9_000)
    };
    let (text, _) = log(&plan);
    assert!(text.contains("\n2026-09-01 23:") && !text.contains("\n2026-09-02 ") && text.contains("\n2026-09-03 00:"));
}
