//! What the columns of a voter-roll extract mean.

use std::collections::HashMap;

/// What a column says of a voter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The voter's id: the key.
    VoterId,
    /// County, by number or name.
    County,
    /// Last name.
    LastName,
    /// First name.
    FirstName,
    /// Middle name or initial.
    MiddleName,
    /// Name suffix or prefix.
    NameSuffix,
    /// Date or year of birth.
    Birth,
    /// Age: follows birth.
    Age,
    /// Sex or gender.
    Sex,
    /// Race, ethnicity.
    Race,
    /// State or country of birth.
    BirthPlace,
    /// Whether a driver's licence is on file, or its number.
    Licence,
    /// Registration status.
    Status,
    /// The reason of the status: follows it.
    StatusReason,
    /// Party.
    Party,
    /// Residence: house and street.
    Street,
    /// Residence: city, state, ZIP code, unit.
    Locality,
    /// Mail address.
    Mail,
    /// Phone number or mail box.
    Contact,
    /// Enrolled in an address-confidentiality programme.
    Confidential,
    /// Date of registration.
    Registered,
    /// Precinct or voting-tabulation district.
    Precinct,
    /// Any other district that follows from the residence.
    District,
    /// Whether the voter took part in some election.
    History,
    /// Anything else.
    Other,
}

/// What kind of change it is: the classes of OUT.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A person's name.
    Name,
    /// Residence, and what moved along with it.
    Address,
    /// Mail address alone.
    MailAddress,
    /// Party.
    Party,
    /// Status and its reason.
    Status,
    /// Precinct or district without a change of residence.
    Precinct,
    /// Birth.
    Dob,
    /// Enrolment in, or leaving of, an address-confidentiality programme, and what it masks.
    Confidential,
    /// Codes renamed, meaning unchanged.
    LabelRecode,
    /// Blanks, case or punctuation only.
    FormatOnly,
    /// Another person under the same id.
    IdentitySwap,
    /// Phone number or mail box.
    Contact,
    /// A record that was not there before.
    New,
    /// A record that is gone.
    Removed,
    /// Anything else.
    Other,
}

impl Class {
    /// The word in OUT.csv.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::MailAddress => "mail-address",
            Self::Party => "party",
            Self::Status => "status",
            Self::Precinct => "precinct",
            Self::Dob => "dob",
            Self::Confidential => "confidential",
            Self::LabelRecode => "label-recode",
            Self::FormatOnly => "format-only",
            Self::IdentitySwap => "identity-swap",
            Self::Contact => "contact",
            Self::New => "new",
            Self::Removed => "removed",
            Self::Other => "other",
        }
    }
}

impl Role {
    /// The class of a change of this column alone.
    pub(crate) fn class(self) -> Class {
        match self {
            Self::LastName | Self::FirstName | Self::MiddleName | Self::NameSuffix => Class::Name,
            Self::Birth | Self::Age => Class::Dob,
            Self::Status | Self::StatusReason => Class::Status,
            Self::Party => Class::Party,
            Self::Street | Self::Locality | Self::County => Class::Address,
            Self::Mail => Class::MailAddress,
            Self::Contact => Class::Contact,
            Self::Confidential => Class::Confidential,
            Self::Precinct | Self::District => Class::Precinct,
            _ => Class::Other,
        }
    }

    /// Whether the column says who the voter is.
    pub(crate) fn is_identity(self) -> bool {
        matches!(self, Self::LastName | Self::FirstName | Self::MiddleName | Self::Birth | Self::Sex)
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, as in the header.
    pub name: String,
    /// What it says of a voter.
    pub role: Role,
    /// The code column that this one puts into words.
    pub describes: Option<usize>,
}

/// The columns of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The layout's name, as shown in coverage.
    pub name: &'static str,
    /// What stands between fields.
    pub delimiter: u8,
    /// The columns, in the file's order.
    pub columns: Vec<Column>,
    /// The column of the voter's id.
    pub key: usize,
}

impl Layout {
    /// The first column of a role.
    pub fn first(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|c| c.role == role)
    }

    /// Where each column stands, by lower-case name.
    pub(crate) fn places(&self) -> HashMap<String, usize> {
        self.columns.iter().enumerate().map(|(i, c)| (c.name.to_ascii_lowercase(), i)).collect()
    }

    /// Whether the same bytes mean the same record.
    pub(crate) fn reads_alike(&self, other: &Self) -> bool {
        self.delimiter == other.delimiter
            && self.key == other.key
            && self.columns.len() == other.columns.len()
            && self.columns.iter().zip(&other.columns).all(|(a, b)| a.name.eq_ignore_ascii_case(&b.name))
    }
}
