namespace RepoHost.Git;

/// <summary>Paths within commits.</summary>
internal sealed class TreeReader(ObjectReader objects)
{
    private const int SizesAtOnce = 1000;

    // Clients ask for files that most repositories don't have; "not there" is worth keeping too.
    private static readonly object NotThere = new();

    public GitEntry? Find(GitOid commit, TreePath path)
    {
        var key = objects.Key(ObjectKeyKind.Entry, commit, path.Value);
        if (objects.Cache.TryGet<object>(key, out var known))
            return known as GitEntry;
        var entry = Look(commit, path);
        objects.Cache.Add(key, entry ?? NotThere, 300 + (4 * path.Value.Length));
        return entry;
    }

    public IReadOnlyList<GitEntry>? List(GitOid commit, TreePath folder)
    {
        if (FolderTree(commit, folder) is not { } tree)
            return null;
        if (!tree.KnowsAllSizes())
            objects.LearnSizes(tree, 0, tree.Count);
        var entries = new List<GitEntry>(tree.Count);
        for (var at = 0; at < tree.Count; at++)
        {
            if (folder.TryAppend(tree[at].Name, out var path))
                entries.Add(tree.Entry(at, path));
        }

        return entries;
    }

    /// <summary>
    /// Each folder before its content, folders before files. A tree may name the same subtree over and over, so the whole walk can be far longer than
    /// the repository is large: it is lazy, and the caller decides how much of it is taken.
    /// </summary>
    public IEnumerable<GitEntry> Walk(GitOid commit, TreePath folder, TreePath? after, bool recursive)
    {
        if (FolderTree(commit, folder) is not { } root)
            yield break;
        var levels = new Stack<Level>();
        Resume(levels, folder, root, after, recursive);
        while (levels.TryPop(out var level))
        {
            var (path, tree, at) = level;
            if (at == tree.Count)
                continue;
            levels.Push(level with { At = at + 1 });
            // A name that can't be part of a path (".", or past 4096 bytes) can't be asked for either.
            if (!path.TryAppend(tree[at].Name, out var child))
                continue;
            if (!tree.KnowsSize(at))
                objects.LearnSizes(tree, at, SizesAtOnce);
            yield return tree.Entry(at, child);
            if (recursive && tree[at].Kind == GitEntryKind.Directory)
                levels.Push(new Level(child, objects.Tree(tree[at].Oid), 0));
        }
    }

    private void Resume(Stack<Level> levels, TreePath folder, ParsedTree tree, TreePath? after, bool recursive)
    {
        var prefix = folder.IsRoot ? "" : folder.Value + "/";
        if (after is not { IsRoot: false } last || !last.Value.StartsWith(prefix, StringComparison.Ordinal))
        {
            levels.Push(new Level(folder, tree, 0));
            return;
        }

        var path = folder;
        foreach (var piece in last.Value[prefix.Length..].Split('/'))
        {
            if (tree.PositionOf(piece) is not { } at)
            {
                levels.Push(new Level(path, tree, tree.PositionAfterFolder(piece)));
                return;
            }

            levels.Push(new Level(path, tree, at + 1));
            if (!recursive || tree[at].Kind != GitEntryKind.Directory || !path.TryAppend(piece, out path))
                return;
            tree = objects.Tree(tree[at].Oid);
        }

        levels.Push(new Level(path, tree, 0));
    }

    private GitEntry? Look(GitOid commit, TreePath path)
    {
        var root = objects.Commit(commit).Tree;
        if (path.IsRoot)
            return new GitEntry(GitEntryKind.Directory, root, path, 0);
        if (FolderTree(commit, path.Parent) is not { } folder || folder.PositionOf(path.Name) is not { } at)
            return null;
        if (!folder.KnowsSize(at))
            objects.LearnSizes(folder, at, 1);
        return folder.Entry(at, path);
    }

    private ParsedTree? FolderTree(GitOid commit, TreePath folder)
    {
        var tree = objects.Tree(objects.Commit(commit).Tree);
        foreach (var piece in folder.Pieces())
        {
            if (tree.PositionOf(piece) is not { } at || tree[at].Kind != GitEntryKind.Directory)
                return null;
            tree = objects.Tree(tree[at].Oid);
        }

        return tree;
    }

    private readonly record struct Level(TreePath Path, ParsedTree Tree, int At);
}
