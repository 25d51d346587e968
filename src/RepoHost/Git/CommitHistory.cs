using LibGit2Sharp;

namespace RepoHost.Git;

/// <summary>What came before a commit.</summary>
internal sealed class CommitHistory(ObjectReader objects)
{
    private const int MostTreesHeld = 32;

    /// <summary>What reading a tree costs beside its entries, in entries: folders with one entry each are not for nothing.</summary>
    private const int CostOfTree = 20;

    public IReadOnlyList<GitCommit> Commits(GitOid from, int skip, int take) =>
        [.. NewestFirst(from).Skip(skip).Take(take).Select(id => objects.Commit(id).Commit)];

    /// <summary>
    /// As <c>git log</c> orders them: of the commits whose children have been passed the newest, of equally new ones the one that was met first. libgit2's order
    /// by time lets parents come before children that were made within the same second.
    /// </summary>
    private IEnumerable<GitOid> NewestFirst(GitOid from)
    {
        var waiting = new PriorityQueue<(GitOid Id, IReadOnlyList<GitOid> Parents), (long Age, int Met)>();
        var met = new HashSet<GitOid>();
        var next = (Id: from, objects.Link(from).Parents);
        do
        {
            yield return next.Id;
            foreach (var parent in next.Parents.Where(met.Add))
            {
                var (when, parents) = objects.Link(parent);
                waiting.Enqueue((parent, parents), (-when, met.Count));
            }
        }
        while (waiting.TryDequeue(out next, out _));
    }

    public int Count(GitOid from)
    {
        objects.Commit(from);
        var key = objects.Key(ObjectKeyKind.CommitCount, from);
        if (objects.Cache.TryGet<int>(key, out var known))
            return known;
        var count = objects.Use(handle =>
        {
            try
            {
                return handle.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = ObjectReader.IdOf(from), SortBy = CommitSortStrategies.None }).Count();
            }
            catch (LibGit2SharpException)
            {
                // It reads the header of each; git itself asks for parents only.
                return RawObjects.CountCommits(objects.Folder, from);
            }
        });
        objects.Cache.Add(key, count, 160);
        return count;
    }

    /// <summary>
    /// The commit that last touched each path, as <c>git log -1 -- path</c> finds it: follow any parent in which the entry is the same, until none
    /// is. The walk ends after a bounded amount of work; paths still open then are given the oldest commit reached, which does hold the entry, or are left out.
    /// </summary>
    public IReadOnlyDictionary<TreePath, GitCommit> LastCommits(GitOid commit, IReadOnlyCollection<TreePath> paths, LookBack? bounds = null)
    {
        bounds ??= LookBack.Whole;
        var result = new Dictionary<TreePath, GitCommit>();
        var start = objects.Commit(commit);
        var trees = new HeldTrees(objects);
        var open = new List<TreePath>();
        foreach (var path in paths.Distinct())
        {
            if (objects.Cache.TryGet<GitCommit>(objects.Key(ObjectKeyKind.LastCommit, commit, path.Value), out var known))
                result[path] = known;
            else if (trees.EntryAt(start.Tree, path) is not null)
                open.Add(path);
        }

        if (open.Count == 0)
            return result;
        foreach (var (path, last) in Search(start, open, trees, bounds))
        {
            result[path] = last;
            objects.Cache.Add(objects.Key(ObjectKeyKind.LastCommit, commit, path.Value), last, 400 + (2 * path.Value.Length));
        }

        return result;
    }

    private IEnumerable<(TreePath Path, GitCommit Last)> Search(CommitRecord start, List<TreePath> paths, HeldTrees trees, LookBack bounds)
    {
        var waiting = new Dictionary<GitOid, List<TreePath>> { [start.Commit.Id] = paths };
        var newestFirst = new PriorityQueue<CommitRecord, long>();
        newestFirst.Enqueue(start, -start.Commit.Date.UtcTicks);
        var compared = 0L;
        for (var visited = 0; newestFirst.TryDequeue(out var here, out _);)
        {
            var open = waiting[here.Commit.Id];
            waiting.Remove(here.Commit.Id);
            // A commit may have thousands of parents, so they count one by one.
            var done = false;
            foreach (var parent in here.Commit.Parents)
            {
                compared += open.Count;
                if (done = ++visited > bounds.Commits || compared > bounds.Compared || trees.EntriesRead > bounds.TreeEntries)
                    break;
                if ((open = PassToParent(here, objects.Commit(parent), open, trees, waiting, newestFirst)).Count == 0)
                    break;
            }

            if (done && bounds.LeaveOpen)
                continue;
            foreach (var path in open)
                yield return (path, here.Commit);
        }
    }

    // Gives back the paths that the parent has not in the same form.
    private static List<TreePath> PassToParent(
        CommitRecord here, CommitRecord parent, List<TreePath> open, HeldTrees trees, Dictionary<GitOid, List<TreePath>> waiting, PriorityQueue<CommitRecord, long> newestFirst)
    {
        var id = parent.Commit.Id;
        var (same, changed) = Compare(here.Tree, parent.Tree, open, trees);
        if (same.Count == 0)
            return changed;
        if (waiting.TryGetValue(id, out var already))
        {
            already.AddRange(same);
            return changed;
        }

        waiting[id] = same;
        newestFirst.Enqueue(parent, -parent.Commit.Date.UtcTicks);
        return changed;
    }

    private static (List<TreePath> Same, List<TreePath> Changed) Compare(GitOid mine, GitOid theirs, List<TreePath> paths, HeldTrees trees)
    {
        if (mine == theirs)
            return (paths, []);
        var (same, changed) = (new List<TreePath>(), new List<TreePath>());
        foreach (var folder in paths.GroupBy(path => path.Parent))
        {
            // Most commits leave most folders alone: equal folder ids settle all paths in them at once.
            // The way to a folder is gone once, not for each path in it.
            var (here, there) = (trees.EntryAt(mine, folder.Key), trees.EntryAt(theirs, folder.Key));
            foreach (var path in folder)
                (here == there || (!path.IsRoot && trees.EntryIn(here, path.Name) == trees.EntryIn(there, path.Name)) ? same : changed).Add(path);
        }

        // The root is its own parent folder, and differs.
        return (same, changed);
    }

    private sealed class HeldTrees(ObjectReader objects)
    {
        private readonly Dictionary<GitOid, ParsedTree> held = [];

        public long EntriesRead { get; private set; }

        public (GitEntryKind Kind, GitOid Oid)? EntryAt(GitOid root, TreePath path)
        {
            var (kind, oid) = (GitEntryKind.Directory, root);
            foreach (var piece in path.Pieces())
            {
                if (kind != GitEntryKind.Directory)
                    return null;
                var tree = Tree(oid);
                if (tree.PositionOf(piece) is not { } at)
                    return null;
                (_, kind, oid) = tree[at];
            }

            return (kind, oid);
        }

        /// <summary>An entry of what is, or is not, a folder.</summary>
        public (GitEntryKind Kind, GitOid Oid)? EntryIn((GitEntryKind Kind, GitOid Oid)? folder, string name)
        {
            if (folder is not (GitEntryKind.Directory, var oid) || Tree(oid) is not { } tree || tree.PositionOf(name) is not { } at)
                return null;
            var (_, kind, found) = tree[at];
            return (kind, found);
        }

        private ParsedTree Tree(GitOid oid)
        {
            if (held.TryGetValue(oid, out var tree))
                return tree;
            if (held.Count >= MostTreesHeld)
                held.Clear();
            tree = held[oid] = objects.TreeOnce(oid);
            EntriesRead += tree.Count + CostOfTree;
            return tree;
        }
    }
}
