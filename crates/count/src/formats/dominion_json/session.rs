//! One session of an export: what was scanned, as it was read (`Original`) and as adjudicators left it (`Modified`).
//!
//! Before 5.10 a session has its contests at once; later each of its cards has them.

use super::pull::{Got, Pull};

/// A session's own fields; the sides' marks are in [`Sides`].
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Session<'a> {
    pub(super) tabulator: &'a [u8],
    pub(super) batch: &'a [u8],
    /// A number, or “X” where it was blotted out.
    pub(super) record: &'a [u8],
    pub(super) group: u64,
    /// The images' path, with escapes.
    pub(super) image: &'a [u8],
    pub(super) unique: &'a [u8],
}

/// Both readings of a session. Used again from session to session.
#[derive(Debug, Default)]
pub(super) struct Sides {
    original: Side,
    modified: Side,
}

/// One reading.
#[derive(Debug, Default)]
pub(super) struct Side {
    present: bool,
    current: bool,
    pub(super) precinct: u64,
    pub(super) style: u64,
    /// How many cards are listed, those without contests among them; 0 where its contests stand for one card.
    pub(super) cards: u32,
    pub(super) contests: Vec<OnCard>,
    pub(super) marks: Vec<Marked>,
}

/// A contest on a card.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnCard {
    /// Which of the session's cards.
    pub(super) card: u32,
    pub(super) contest: u64,
    /// Where its marks end among the side's; they begin where those of the contest before end.
    pub(super) marks_end: usize,
}

/// A mark.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marked {
    pub(super) candidate: u64,
    pub(super) rank: u64,
    pub(super) ambiguous: bool,
    pub(super) vote: bool,
}

impl Sides {
    /// The reading that counts: the adjudicated one where there is one, unless the export marks the other as current.
    pub(super) fn counted(&self) -> Option<&Side> {
        let (original, modified) = (&self.original, &self.modified);
        if modified.present && (modified.current || !(original.present && original.current)) {
            return Some(modified);
        }
        original.present.then_some(original)
    }
}

/// Skips members that nobody needs, where they come next. Nearly all marks and contests of an export have the same members in the
/// same order, so that a guess is nearly always right; members in another order, or further ones, are read by name.
macro_rules! skip_usual {
    ($pull:ident, $($member:literal),+) => {
        $(if $pull.begins($member) {
            $pull.skip()?;
        })+
    };
}

/// Reads a session.
pub(super) fn session<'a>(pull: &mut Pull<'a>, sides: &mut Sides) -> Got<Session<'a>> {
    let mut session = Session::default();
    sides.original.clear();
    sides.modified.clear();
    pull.object(|pull, key| {
        match key {
            b"TabulatorId" => session.tabulator = pull.scalar()?,
            b"BatchId" => session.batch = pull.scalar()?,
            b"RecordId" => session.record = pull.scalar()?,
            b"CountingGroupId" => session.group = pull.number()?,
            b"ImageMask" => session.image = pull.scalar()?,
            b"UniqueVotingIdentifier" => session.unique = pull.scalar()?,
            b"Original" => sides.original.read(pull)?,
            b"Modified" => sides.modified.read(pull)?,
            _ => pull.skip()?,
        }
        Ok(())
    })?;
    Ok(session)
}

impl Side {
    fn clear(&mut self) {
        (self.present, self.current, self.precinct, self.style) = (false, false, 0, 0);
        self.cards = 0;
        self.contests.clear();
        self.marks.clear();
    }

    fn read(&mut self, pull: &mut Pull<'_>) -> Got<()> {
        self.clear();
        self.present = pull.peek()? == b'{';
        pull.object(|pull, key| match key {
            b"PrecinctPortionId" => pull.number().map(|id| self.precinct = id),
            b"BallotTypeId" => pull.number().map(|id| self.style = id),
            b"IsCurrent" => pull.truth().map(|is| self.current = is),
            b"Cards" => self.cards(pull),
            b"Contests" => self.contests(pull, 0),
            _ => pull.skip(),
        })
    }

    fn cards(&mut self, pull: &mut Pull<'_>) -> Got<()> {
        let mut card = 0;
        pull.array(|pull| {
            pull.object(|pull, key| match key {
                b"Contests" => self.contests(pull, card),
                _ => pull.skip(),
            })?;
            card += 1;
            Ok(())
        })?;
        self.cards = card;
        Ok(())
    }

    fn contests(&mut self, pull: &mut Pull<'_>, card: u32) -> Got<()> {
        pull.array(|pull| {
            let mut contest = 0;
            let mut by_name = |side: &mut Self, pull: &mut Pull<'_>, key: &[u8]| match key {
                b"Id" => pull.number().map(|id| contest = id),
                b"Marks" => side.marks(pull),
                _ => pull.skip(),
            };
            if !pull.begins(b"{\"Id\":") {
                pull.object(|pull, key| by_name(self, pull, key))?;
            } else {
                by_name(self, pull, b"Id")?;
                skip_usual!(
                    pull,
                    b",\"ManifestationId\":",
                    b",\"Undervotes\":",
                    b",\"Overvotes\":",
                    b",\"OutstackConditionIds\":"
                );
                if pull.begins(b",\"Marks\":") {
                    self.marks(pull)?;
                }
                pull.rest(|pull, key| by_name(self, pull, key))?;
            }
            self.contests.push(OnCard { card, contest, marks_end: self.marks.len() });
            Ok(())
        })
    }

    fn marks(&mut self, pull: &mut Pull<'_>) -> Got<()> {
        pull.array(|pull| {
            self.marks.push(Marked::read(pull)?);
            Ok(())
        })
    }
}

impl Marked {
    #[inline(always)]
    fn read(pull: &mut Pull<'_>) -> Got<Self> {
        let mut mark = Self::default();
        if !pull.begins(b"{\"CandidateId\":") {
            pull.object(|pull, key| mark.member(pull, key))?;
            return Ok(mark);
        }
        mark.candidate = pull.number()?;
        skip_usual!(pull, b",\"ManifestationId\":", b",\"PartyId\":");
        if pull.begins(b",\"Rank\":") {
            mark.rank = pull.number()?;
        }
        skip_usual!(pull, b",\"MarkDensity\":");
        if pull.begins(b",\"IsAmbiguous\":") {
            mark.ambiguous = pull.truth()?;
        }
        if pull.begins(b",\"IsVote\":") {
            mark.vote = pull.truth()?;
        }
        skip_usual!(pull, b",\"OutstackConditionIds\":");
        pull.rest(|pull, key| mark.member(pull, key))?;
        Ok(mark)
    }

    #[inline(always)]
    fn member(&mut self, pull: &mut Pull<'_>, key: &[u8]) -> Got<()> {
        match key {
            b"CandidateId" => pull.number().map(|id| self.candidate = id),
            b"Rank" => pull.number().map(|rank| self.rank = rank),
            b"IsAmbiguous" => pull.truth().map(|is| self.ambiguous = is),
            b"IsVote" => pull.truth().map(|is| self.vote = is),
            _ => pull.skip(),
        }
    }
}
