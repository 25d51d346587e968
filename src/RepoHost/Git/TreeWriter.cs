using System.Text;

namespace RepoHost.Git;

/// <summary>
/// Writes the folders that a large commit changes, each of them once. <c>git fast-import</c> looks through a folder from its beginning for every file that is put into
/// it: the work is the square of the files, 46 seconds for the third 24,000 in one folder.
/// </summary>
internal static class TreeWriter
{
    /// <summary>Of all changed folders as they were and as they will be. Far above any honest commit: three million entries.</summary>
    public const long MostBytes = 256L << 20;

    /// <param name="quarantine">Where the trees go; it also reads the trees that there are.</param>
    /// <param name="root">The tree to start from; null for none.</param>
    /// <param name="removed">Files and folders that go before anything is written.</param>
    /// <returns>The new root; null when the changed folders have more than <see cref="MostBytes"/>.</returns>
    public static async Task<GitOid?> WriteAsync(
        Quarantine quarantine, GitOid? root, IEnumerable<TreePath> removed, IEnumerable<TreeFile> files, CancellationToken cancellationToken)
    {
        var top = new TreeChange();
        foreach (var path in removed)
            top.At(path).Removed = true;
        foreach (var file in files)
            top.At(file.Path).File = (file.Mode, file.Blob);

        var room = MostBytes;
        var level = root is { } start ? new List<(TreeChange Folder, GitOid Tree)> { (top, start) } : [];
        while (level.Count > 0)
        {
            (level, var read) = await ReadAsync(quarantine, level, room, cancellationToken);
            if ((room -= read) < 0)
                return null;
        }

        return await BuildAsync(quarantine, top, room, cancellationToken);
    }

    /// <summary>The next level of folders, and how many bytes this one had.</summary>
    private static async Task<(List<(TreeChange Folder, GitOid Tree)> Next, long Bytes)> ReadAsync(
        Quarantine quarantine, List<(TreeChange Folder, GitOid Tree)> level, long room, CancellationToken cancellationToken)
    {
        List<(TreeChange, GitOid)> next = [];
        var bytes = 0L;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await GitProgram.RunAsync(
                GitProgram.Describe(quarantine.Folder, "cat-file", "--batch", "--buffer"),
                (input, ct) => input.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(level.Select(folder => $"{folder.Tree}\n"))), ct).AsTask(),
                async (output, ct) =>
                {
                    await using var answers = new BufferedStream(output, 64 * 1024);
                    foreach (var (folder, tree) in level)
                    {
                        var size = await SizeAsync(answers, tree, ct);
                        if ((bytes += size) > room)
                        {
                            await enough.CancelAsync();
                            return;
                        }

                        var content = new byte[size + 1];
                        await answers.ReadExactlyAsync(content, ct);
                        next.AddRange(folder.TakeBefore(content.AsSpan(0, size)));
                    }
                },
                enough.Token);
        }
        catch (OperationCanceledException) when (bytes > room && !cancellationToken.IsCancellationRequested)
        {
        }

        return (next, bytes);
    }

    /// <summary>git-cat-file, "Batch Output": <c>{oid} tree {size}</c>.</summary>
    private static async Task<int> SizeAsync(BufferedStream answers, GitOid tree, CancellationToken cancellationToken)
    {
        var head = Encoding.ASCII.GetBytes($"{tree} tree ");
        var read = new byte[head.Length];
        await answers.ReadExactlyAsync(read, cancellationToken);
        if (!read.AsSpan().SequenceEqual(head))
            throw new InvalidDataException($"the tree {tree} can't be read.");
        var size = 0;
        for (int next; (next = answers.ReadByte()) is >= '0' and <= '9';)
            size = checked((size * 10) + (next - '0'));
        return size;
    }

    /// <summary>The deepest folders first, since a folder names those in it.</summary>
    private static async Task<GitOid?> BuildAsync(Quarantine quarantine, TreeChange top, long room, CancellationToken cancellationToken)
    {
        List<TreeChange> order = [top];
        for (var i = 0; i < order.Count; i++)
            order.AddRange(order[i].Children.Where(child => child is { IsFolder: true, File: null }));

        using var pack = new PackWriter(Path.Combine(quarantine.Folder, "trees.pack"));
        var written = new HashSet<GitOid>();
        for (var i = order.Count - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (folder, content) = (order[i], order[i].Build());
            if ((room -= content.Length) < 0)
                return null;
            if (content.Length == 0 && folder != top)
                continue;
            folder.Tree = GitOid.OfObject("tree", content);
            if (written.Add(folder.Tree.Value))
                pack.Add(PackedType.Tree, content);
        }

        await pack.TakeIntoAsync(quarantine, cancellationToken);
        return top.Tree;
    }
}
