//! Finds inputs: a file, the files of a folder, the members of an archive.
