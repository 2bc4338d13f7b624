use super::*;

const NO_CHANCE: [f64; 5] = [0.0, 1.0, 1.5, -0.1, f64::NAN];

#[test]
fn what_is_no_chance_and_what_is_no_sample_is_refused() {
    let tally = Tally::new(10_000, 1, 1, vec![6_000, 4_000]).expect("a contest");
    let limit = RiskLimit::new(0.1).expect("a limit");
    assert_eq!(arlo_bravo(&tally, limit, &[], &[0.9]), Err(RlaError::Rounds { round: 1 }));
    for chance in NO_CHANCE {
        assert!(matches!(arlo_bravo(&tally, limit, &[0, 0], &[chance]), Err(RlaError::Chance(_))));
        for method in [Method::Bravo, Method::Minerva, Method::Athena { delta: 1.0 }, Method::Providence] {
            assert_eq!(first_round(method, &tally, limit, chance), None);
            assert_eq!(first_round_2020(method, &tally, limit, chance), None);
        }
    }
    assert_eq!(first_round(Method::Athena { delta: 0.0 }, &tally, limit, 0.9), None);
}
