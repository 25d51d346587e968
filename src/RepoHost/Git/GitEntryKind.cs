namespace RepoHost.Git;

internal enum GitEntryKind
{
    File,
    Executable,
    Symlink,
    Directory,
    Submodule,
}
