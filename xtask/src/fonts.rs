//! Fonts of the window, from npm's @fontsource packages (SIL Open Font Licence), with the style sheet that names them.

use crate::fetch::{Package, Registry, archive, untar};
use crate::places;
use anyhow::Result;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Weights that the style sheets use.
const WEIGHTS: [u16; 4] = [400, 500, 600, 700];

const LATIN: &str = "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+2260-2265, U+FEFF, U+FFFD";
const LATIN_EXT: &str = "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113";
const ARABIC: &str = "U+0600-06FF, U+0750-077F, U+08A0-08FF, U+200C-200F, U+FB50-FDFF, U+FE70-FEFF";
const DEVANAGARI: &str = "U+0900-097F, U+1CD0-1CF9, U+200C-200D, U+20B9, U+25CC, U+A830-A839, U+A8E0-A8FF";

struct Face {
    package: &'static str,
    version: &'static str,
    sha256: &'static str,
    /// as the style sheets call it
    family: &'static str,
    /// subset and its range of characters
    subsets: &'static [(&'static str, &'static str)],
}

const FACES: [Face; 5] = [
    Face {
        package: "@fontsource/inter",
        version: "5.3.0",
        sha256: "02034af8d41dcc67ac8eab88f642e129bb8a2e8922abf30229c32725f54d8fd6",
        family: "Inter",
        subsets: &[("latin", LATIN), ("latin-ext", LATIN_EXT)],
    },
    Face {
        package: "@fontsource/noto-sans",
        version: "5.3.0",
        sha256: "f62f8ed40e378f15134e32bed2fd5718d81e9ec7a5603d1022d7b385e2297abc",
        family: "Noto Sans",
        subsets: &[("latin", LATIN), ("latin-ext", LATIN_EXT)],
    },
    Face {
        package: "@fontsource/noto-sans-arabic",
        version: "5.3.0",
        sha256: "e0a81ade67ce507c9b91546ca3d91332d184a8277fc683440b00896b430856bb",
        family: "Hakim Arabic",
        subsets: &[("arabic", ARABIC)],
    },
    Face {
        package: "@fontsource/noto-nastaliq-urdu",
        version: "5.3.0",
        sha256: "80690ba85bdfbd96769337da894e1485a0b4aa597cb28a04f1b26e14487847e2",
        family: "Hakim Nastaliq",
        subsets: &[("arabic", ARABIC)],
    },
    Face {
        package: "@fontsource/noto-sans-devanagari",
        version: "5.3.0",
        sha256: "8d42be0e944481b61e68c7702037d4143e96bf48dbb72d19ea05d0cacc1323d5",
        family: "Noto Sans Devanagari",
        subsets: &[("devanagari", DEVANAGARI)],
    },
];

impl Face {
    fn files(&self) -> impl Iterator<Item = (String, u16, &'static str)> + '_ {
        let short = self.package.trim_start_matches("@fontsource/");
        self.subsets.iter().flat_map(move |(subset, range)| {
            WEIGHTS.map(move |weight| (format!("{short}-{subset}-{weight}-normal.woff2"), weight, *range))
        })
    }

    fn fetch(&self, into: &Path) -> Result<()> {
        if self.files().all(|(file, _, _)| into.join(file).is_file()) {
            return Ok(());
        }
        let package = Package {
            registry: Registry::Npm,
            name: self.package.to_owned(),
            version: self.version.to_owned(),
            sha256: self.sha256.to_owned(),
            python: None,
        };
        let tarball = archive(&package)?;
        let members: Vec<String> = self.files().map(|(file, _, _)| format!("package/files/{file}")).collect();
        let work = into.join(format!(".{}", self.family.replace(' ', "-")));
        untar(&tarball, &work, &members)?;
        for (file, _, _) in self.files() {
            fs::rename(work.join("package/files").join(&file), into.join(&file))?;
        }
        fs::remove_dir_all(&work)?;
        if let Some(dir) = tarball.parent() {
            fs::remove_dir_all(dir)?;
        }
        Ok(())
    }
}

/// Where fetched fonts are kept.
pub(crate) fn folder() -> Result<PathBuf> {
    Ok(places::assets()?.join("fonts"))
}

/// Fetches what is missing and writes the style sheet. Without fonts the system's own are used.
pub(crate) fn fetch() {
    let all = || -> Result<()> {
        let into = folder()?;
        fs::create_dir_all(&into)?;
        let mut css = String::new();
        for face in &FACES {
            match face.fetch(&into) {
                Ok(()) => css.push_str(&style(face)),
                Err(error) => println!(
                    "    the font {} is not there: {error:#}\n    without it: the system's own font",
                    face.family
                ),
            }
        }
        Ok(fs::write(into.join("fonts.css"), css)?)
    };
    if let Err(error) = all() {
        println!("    fonts: {error:#}\n    without them: the system's own fonts");
    }
}

fn style(face: &Face) -> String {
    face.files().fold(String::new(), |mut css, (file, weight, range)| {
        // Writing into a String cannot fail.
        let _ = writeln!(
            css,
            "@font-face {{ font-family: \"{}\"; font-weight: {weight}; font-display: block; src: url(\"{file}\") format(\"woff2\"); unicode-range: {range}; }}",
            face.family
        );
        css
    })
}
