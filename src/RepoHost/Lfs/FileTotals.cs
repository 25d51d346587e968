using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>How much a commit holds: the files and the bytes that downloading all of them brings.</summary>
/// <param name="More">There are more files than were counted.</param>
internal sealed record FileTotal(int Files, long Bytes, bool More);

/// <summary>Counts the files of a commit, once: what a commit holds never changes.</summary>
internal sealed class FileTotals(RepositoryFiles files)
{
    /// <summary>Hostile trees can name themselves many times over; beyond this a page says "more than".</summary>
    public const int MostFiles = 10_000;

    /// <summary>Folders without files are looked at too.</summary>
    private const int LongestWalk = 5 * MostFiles;

    private const long Budget = 1L << 20;
    private const int Weight = 200;

    private readonly BoundedCache<(string RepositoryId, GitOid Commit)> known = new(Budget);

    public FileTotal Of(GitRepository repository, GitOid commit)
    {
        if (known.TryGet<FileTotal>((repository.Id, commit), out var total))
            return total;
        var (count, bytes, more) = (0, 0L, false);
        foreach (var (walked, entry) in repository.Walk(commit, TreePath.Root).Index()
            .Where(e => e.Index == LongestWalk || e.Item.Kind is not (GitEntryKind.Directory or GitEntryKind.Submodule)))
        {
            if (count == MostFiles || walked >= LongestWalk)
            {
                more = true;
                break;
            }

            count++;
            bytes += files.Describe(repository, entry).Size;
        }

        total = new FileTotal(count, bytes, more);
        known.Add((repository.Id, commit), total, Weight);
        return total;
    }
}
