// Functions of CSQLite live in its header; this file gives the target something to compile.
