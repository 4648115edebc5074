//! The persistent identifier of an entity.

use std::fmt;
use std::str::FromStr;

/// Crockford's base32: digits and letters without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The value of each character of the alphabet; of any other more than a digit can have.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < 32 {
        digits[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    digits
};
const LENGTH: usize = 26;
const TESTNET_PREFIX: &str = "II";
/// Marks a testnet PI in the byte that holds the two highest bits of the others.
const TESTNET: u8 = 0x80;

/// A PI: 26 characters of Crockford base32, or `II` and 24 of them on the test network.
///
/// Kept as its 130 bits, because a run remembers every PI it has seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pi {
    high: u8,
    low: [u8; 16],
}

impl Pi {
    /// 26 zeros: the origin of the archive, which stands for "no parent" wherever it appears.
    pub const ORIGIN: Self = Self {
        high: 0,
        low: [0; 16],
    };

    /// Tells whether this is the archive's origin.
    pub fn is_origin(self) -> bool {
        self == Self::ORIGIN
    }

    /// Tells whether the PI belongs to the test network, whose requests carry a header of their own.
    pub fn is_testnet(self) -> bool {
        self.high == TESTNET
    }

    /// Returns the PI in characters, which take no memory of their own.
    pub fn text(self) -> PiText {
        let mut text = [b'0'; LENGTH];
        let mut low = u128::from_be_bytes(self.low);
        for character in text.iter_mut().rev() {
            *character = ALPHABET[(low & 31) as usize];
            low >>= 5;
        }
        if self.is_testnet() {
            text[..TESTNET_PREFIX.len()].copy_from_slice(TESTNET_PREFIX.as_bytes());
        } else {
            // The first character holds the two high bits and the three highest of the low ones.
            let low = self.low[0] >> 5;
            text[0] = ALPHABET[usize::from((self.high << 3) | low)];
        }
        PiText(text)
    }
}

/// The text is not a PI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPi;

impl fmt::Display for NotAPi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a PI: 26 characters of 0-9 and A-Z without I, L, O and U are expected")
    }
}

impl std::error::Error for NotAPi {}

impl FromStr for Pi {
    type Err = NotAPi;

    fn from_str(text: &str) -> Result<Self, NotAPi> {
        if text.len() != LENGTH {
            return Err(NotAPi);
        }
        let testnet = text.strip_prefix(TESTNET_PREFIX);
        let digits = testnet.unwrap_or(text);
        let mut high = 0;
        let mut low: u128 = 0;
        for character in digits.bytes() {
            let digit = DIGITS[usize::from(character)];
            if digit == u8::MAX {
                return Err(NotAPi);
            }
            high = (high << 5) | u8::try_from(low >> 123).unwrap_or_default();
            low = (low << 5) | u128::from(digit);
        }
        let high = if testnet.is_some() { TESTNET } else { high };
        Ok(Self {
            high,
            low: low.to_be_bytes(),
        })
    }
}

/// A PI in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PiText([u8; LENGTH]);

impl PiText {
    /// Returns the characters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl fmt::Display for Pi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl fmt::Debug for Pi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_written() {
        for text in [
            "01K9Z3K4GMDWTT0VQXYSPC9W6S",
            "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "00000000000000000000000001",
            "G0000000000000000000000000",
            "80000000000000000000000000",
            "IIKB357AKBQZEVHSGPZT36ADZ8",
            "IIZZZZZZZZZZZZZZZZZZZZZZZZ",
            "II000000000000000000000000",
            "FZZZZZZZZZZZZZZZZZZZZZZZZ0",
        ] {
            assert_eq!(
                text.parse::<Pi>().map(|pi| pi.to_string()).as_deref(),
                Ok(text)
            );
        }
    }

    #[test]
    fn refuses_what_is_not_a_pi() {
        for text in [
            "",
            "01K9Z3K4GMDWTT0VQXYSPC9W6",
            "01K9Z3K4GMDWTT0VQXYSPC9W6SS",
            "01k9z3k4gmdwtt0vqxyspc9w6s",
            "01K9Z3K4GMDWTT0VQXYSPC9W6I",
            "01K9Z3K4GMDWTT0VQXYSPC9W6U",
            "../../etc/passwd0000000000",
            "01K9Z3K4GMDWTT0VQXYSPC9W\u{e9}",
        ] {
            assert_eq!(text.parse::<Pi>(), Err(NotAPi), "{text}");
        }
    }

    #[test]
    fn only_zeros_are_the_origin() {
        assert!(
            "00000000000000000000000000"
                .parse::<Pi>()
                .expect("a PI")
                .is_origin()
        );
        assert!(
            !"II000000000000000000000000"
                .parse::<Pi>()
                .expect("a PI")
                .is_origin()
        );
        assert!(
            !"80000000000000000000000000"
                .parse::<Pi>()
                .expect("a PI")
                .is_origin()
        );
    }

    #[test]
    fn is_17_bytes() {
        assert_eq!(size_of::<Pi>(), 17);
    }
}
