using System.Text;

namespace RepoHost.Git;

/// <summary>
/// The history of a repository as if some files had never been in it: every commit that held one, and all that follow it, is written anew. What is not touched keeps
/// its id. Author, time, message and every other byte of a commit stay as they are, but for signatures, which would be of something else.
/// </summary>
internal sealed class HistoryRewrite
{
    /// <summary>Far above any honest repository; each is held with its parents' ids.</summary>
    private const int MostCommits = 1_000_000;

    private readonly IReadOnlySet<GitOid> unwanted;
    private readonly ObjectDialog objects;
    private readonly PackWriter pack;
    private readonly Dictionary<GitOid, GitOid?> trees = [];
    private readonly Dictionary<GitOid, GitOid> commits = [];
    private readonly HashSet<GitOid> written = [];

    private HistoryRewrite(IReadOnlySet<GitOid> unwanted, ObjectDialog objects, PackWriter pack) =>
        (this.unwanted, this.objects, this.pack) = (unwanted, objects, pack);

    /// <summary>Writes the new objects into the quarantine.</summary>
    /// <param name="refs">Whose history is looked at, with what they point at.</param>
    /// <param name="unwanted">The blobs that go, whatever their names.</param>
    /// <returns>
    /// The refs that have to move. Throws <see cref="InvalidDataException"/> with a sentence when the history is too large, or can't be read.
    /// </returns>
    public static async Task<IReadOnlyList<RefUpdate>> RunAsync(
        Quarantine quarantine, IReadOnlyList<KeyValuePair<string, GitOid>> refs, IReadOnlySet<GitOid> unwanted, CancellationToken cancellationToken)
    {
        var order = await CommitsAsync(quarantine.Folder, refs.Select(r => r.Value), cancellationToken);
        List<RefUpdate> updates = [];
        using var pack = new PackWriter(Path.Combine(quarantine.Folder, "rewritten.pack"));
        var any = false;
        await ObjectDialog.RunAsync(
            quarantine.Folder,
            async (dialog, ct) =>
            {
                var rewrite = new HistoryRewrite(unwanted, dialog, pack);
                foreach (var commit in order)
                    await rewrite.CommitAsync(commit, ct);
                foreach (var (name, target) in refs)
                {
                    if (await rewrite.TargetAsync(target, ct) is var now && now != target)
                        updates.Add(new(name, target, now));
                }

                any = rewrite.written.Count > 0;
            },
            cancellationToken);
        if (any)
            await pack.TakeIntoAsync(quarantine, cancellationToken);
        return updates;
    }

    /// <summary>Parents before their children.</summary>
    private static async Task<IReadOnlyList<GitOid>> CommitsAsync(string folder, IEnumerable<GitOid> tips, CancellationToken cancellationToken)
    {
        List<GitOid> order = [];
        var question = string.Concat(tips.Distinct().Select(tip => $"{tip}\n"));
        await GitProgram.RunAsync(
            GitProgram.Describe(folder, "rev-list", "--topo-order", "--reverse", "--stdin"),
            async (input, ct) => await input.WriteAsync(Encoding.ASCII.GetBytes(question), ct),
            async (output, ct) =>
            {
                using var lines = new StreamReader(output);
                while (await lines.ReadLineAsync(ct) is { } line)
                {
                    if (order.Count == MostCommits)
                        throw new InvalidDataException($"the history has more than {MostCommits} commits.");
                    order.Add(GitOid.Parse(line));
                }
            },
            cancellationToken);
        return order;
    }

    private async Task CommitAsync(GitOid oid, CancellationToken cancellationToken)
    {
        var (_, content) = await objects.ReadAsync(oid, cancellationToken);
        var changed = false;
        var rewritten = new MemoryStream(content.Length);
        var (at, skipping) = (0, false);
        while (at < content.Length && content[at] != '\n')
        {
            var end = Array.IndexOf(content, (byte)'\n', at) is >= 0 and var found ? found + 1 : content.Length;
            var line = content.AsMemory(at, end - at);
            at = end;
            // A line that begins with a blank goes on with the header before it.
            skipping = line.Span[0] == ' ' ? skipping : IsSignature(line.Span);
            if (skipping)
                continue;
            var old = IdIn(line.Span, "tree "u8) ?? IdIn(line.Span, "parent "u8);
            var fresh = old is not { } known ? (GitOid?)null
                : line.Span[0] == 't' ? await TreeAsync(known, cancellationToken) ?? EmptyTree() : commits.GetValueOrDefault(known, known);
            changed |= fresh != old;
            rewritten.Write(fresh == old ? line.Span : Encoding.ASCII.GetBytes($"{(line.Span[0] == 't' ? "tree" : "parent")} {fresh}\n"));
        }

        if (!changed)
            return;
        rewritten.Write(content.AsSpan(at));
        commits[oid] = Write(PackedType.Commit, "commit", rewritten.ToArray());
    }

    /// <summary>The tree without the unwanted files; null when nothing is left of it. Each tree is read once, however many commits have it.</summary>
    private async Task<GitOid?> TreeAsync(GitOid root, CancellationToken cancellationToken)
    {
        var waiting = new Stack<(GitOid Tree, byte[] Content)>();
        waiting.Push((root, []));
        while (waiting.TryPop(out var here))
        {
            if (trees.ContainsKey(here.Tree))
                continue;
            var content = here.Content.Length > 0 ? here.Content : (await objects.ReadAsync(here.Tree, cancellationToken)).Content;
            var entries = TreeBytes.Read(content);
            var missing = entries.Where(entry => entry.IsFolder && !trees.ContainsKey(entry.Oid)).Select(entry => entry.Oid).ToList();
            if (missing.Count > 0)
            {
                // Again when its folders are known. A tree can't hold itself, so this ends.
                waiting.Push((here.Tree, content));
                foreach (var folder in missing)
                    waiting.Push((folder, []));
                continue;
            }

            trees[here.Tree] = Without(here.Tree, entries);
        }

        return trees[root];
    }

    private GitOid? Without(GitOid tree, List<TreeBytesEntry> entries)
    {
        var kept = new List<TreeBytesEntry>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry.IsFolder && trees[entry.Oid] is { } folder)
                kept.Add(entry with { Oid = folder });
            else if (!entry.IsFolder && !unwanted.Contains(entry.Oid))
                kept.Add(entry);
        }

        return kept.SequenceEqual(entries) ? tree : kept.Count == 0 ? null : Write(PackedType.Tree, "tree", TreeBytes.Write(kept));
    }

    /// <summary>What a ref has to point at instead: a commit, or a tag of one.</summary>
    private async Task<GitOid> TargetAsync(GitOid target, CancellationToken cancellationToken)
    {
        if (commits.TryGetValue(target, out var known))
            return known;
        var (type, content) = await objects.ReadAsync(target, cancellationToken);
        if (type == "tree")
            return await TreeAsync(target, cancellationToken) ?? EmptyTree();
        if (type != "tag" || IdIn(content, "object "u8) is not { } old)
            return target;

        var fresh = await TargetAsync(old, cancellationToken);
        if (fresh == old)
            return target;
        var rest = Encoding.Latin1.GetString(content.AsSpan("object ".Length + GitOid.HexLength));
        var signature = rest.IndexOf("\n-----BEGIN ", StringComparison.Ordinal);
        return Write(PackedType.Tag, "tag", Encoding.Latin1.GetBytes($"object {fresh}{(signature < 0 ? rest : rest[..(signature + 1)])}"));
    }

    private GitOid EmptyTree() => Write(PackedType.Tree, "tree", []);

    private GitOid Write(PackedType packed, string type, byte[] content)
    {
        var oid = GitOid.OfObject(type, content);
        if (written.Add(oid))
            pack.Add(packed, content);
        return oid;
    }

    /// <summary>Headers that are about the commit's own bytes, or hold another object whole.</summary>
    private static bool IsSignature(ReadOnlySpan<byte> line) => line.StartsWith("gpgsig"u8) || line.StartsWith("mergetag "u8);

    private static GitOid? IdIn(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word) =>
        line.StartsWith(word) && line.Length >= word.Length + GitOid.HexLength
        && GitOid.TryParse(Encoding.ASCII.GetString(line.Slice(word.Length, GitOid.HexLength)), out var oid) ? oid : null;
}
