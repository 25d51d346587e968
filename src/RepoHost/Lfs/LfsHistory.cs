using System.Globalization;
using System.Text;
using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>A pointer somewhere in a repository's history.</summary>
/// <param name="Blob">The text in Git that stands for the object.</param>
/// <param name="Path">One of the places where it was.</param>
/// <param name="Ref">A branch, a tag or a pull request whose history has it; null when there are too many of them to look at one by one.</param>
internal sealed record LfsUse(GitOid Blob, LfsPointer Pointer, string Path, string? Ref);

/// <summary>Finds the pointers that branches, tags and pull requests have, or had: history is content too.</summary>
internal static class LfsHistory
{
    private const int ShortestPointer = 120;

    /// <summary>The refs behind these are looked at together.</summary>
    private const int MostRefs = 20;

    /// <summary>Small texts that could be pointers; far above any honest repository.</summary>
    private const int MostCandidates = 500_000;

    /// <summary>The refs whose history counts.</summary>
    public static IReadOnlyList<KeyValuePair<string, GitOid>> RefsOf(GitRepository repository) =>
        [.. ((ReadOnlySpan<string>)[RefName.Heads, RefName.Tags, RefName.PullRequests]).ToArray().SelectMany(family => repository.RefNames().Under(family))];

    /// <summary>The default branch comes first, so what it has is told of it.</summary>
    /// <returns>Each blob once. Throws <see cref="InvalidDataException"/> when there are too many to look at.</returns>
    public static async Task<IReadOnlyList<LfsUse>> FindAsync(GitRepository repository, CancellationToken cancellationToken)
    {
        var branch = repository.DefaultBranchNow().Branch;
        var refs = RefsOf(repository).OrderByDescending(r => r.Key == branch).ToList();
        List<LfsUse> uses = [];
        List<GitOid> looked = [];
        for (var at = 0; at < refs.Count;)
        {
            var some = at < MostRefs ? refs.GetRange(at, 1) : refs.GetRange(at, refs.Count - at);
            at += some.Count;
            var tips = some.Select(r => r.Value).Except(looked).ToArray();
            if (tips.Length == 0)
                continue;
            var candidates = await CandidatesAsync(repository.Folder, tips, looked, cancellationToken);
            await BlobBatch.ReadAsync(
                repository,
                [.. candidates.Select(c => (c.Oid, c.Size))],
                (i, content) =>
                {
                    if (LfsPointer.TryParse(content.Span, out var pointer))
                        uses.Add(new(candidates[i].Oid, pointer, candidates[i].Path, some.Count == 1 ? RefName.Short(some[0].Key) : null));
                },
                cancellationToken);
            looked.AddRange(tips);
        }

        return [.. uses.DistinctBy(use => use.Blob)];
    }

    private static async Task<List<(GitOid Oid, int Size, string Path)>> CandidatesAsync(
        string folder, IEnumerable<GitOid> tips, IEnumerable<GitOid> known, CancellationToken cancellationToken)
    {
        List<(GitOid, int, string)> candidates = [];
        var question = string.Concat(tips.Select(tip => $"{tip}\n")) + string.Concat(known.Select(oid => $"^{oid}\n"));
        await GitProgram.RunAsync(
            GitProgram.Describe(folder, "cat-file", "--buffer", "--batch-check=%(objecttype) %(objectsize) %(objectname) %(rest)"),
            async (input, ct) => await GitProgram.RunAsync(
                GitProgram.Describe(folder, "rev-list", "--objects", "--stdin"),
                async (asked, c) => await asked.WriteAsync(Encoding.ASCII.GetBytes(question), c),
                async (found, c) => await found.CopyToAsync(input, c),
                ct),
            async (output, ct) =>
            {
                using var lines = new StreamReader(output);
                while (await lines.ReadLineAsync(ct) is { } line)
                {
                    if (line.Split(' ', 4) is not ["blob", var length, var name, var path]
                        || long.Parse(length, CultureInfo.InvariantCulture) is not (>= ShortestPointer and <= LfsPointer.MaxBytes and var size))
                        continue;
                    if (candidates.Count == MostCandidates)
                        throw new InvalidDataException($"the history has more than {MostCandidates} small files.");
                    candidates.Add((GitOid.Parse(name), (int)size, path));
                }
            },
            cancellationToken);
        return candidates;
    }
}
