using LibGit2Sharp;

namespace RepoHost.Git;

/// <summary>Objects of one repository by id: from the shared cache, else from libgit2. Objects never change, so nothing here is ever invalidated.</summary>
internal sealed class ObjectReader(string repositoryId, long number, string folder, HandlePool handles, BoundedCache<ObjectKey> cache)
{
    public const int SmallBlobBytes = 256 * 1024;

    private const int SmallWeight = 160;
    private const int MostTagsOfTags = 20;

    public BoundedCache<ObjectKey> Cache => cache;

    public string RepositoryId => repositoryId;

    public ObjectKey Key(ObjectKeyKind kind, GitOid oid, string? path = null) => new(kind, number, oid, path);

    /// <summary>Runs on an open handle; what libgit2 can't read becomes <see cref="GitCorruptException"/>. Not to be nested.</summary>
    public T Use<T>(Func<LibGit2Sharp.Repository, T> read)
    {
        try
        {
            return handles.Use(folder, read);
        }
        catch (Exception e) when (e is LibGit2SharpException or IOException or InvalidDataException)
        {
            throw new GitCorruptException(repositoryId, e.Message, e);
        }
    }

    public static ObjectId IdOf(GitOid oid) => new(oid.ToByteArray());

    public static GitOid OidOf(ObjectId id) => GitOid.FromBytes(id.RawId);

    /// <summary>Asked of the files, not of the cache, so that objects which have just come are seen.</summary>
    public bool Holds(GitOid oid) => Use(handle => handle.ObjectDatabase.Contains(IdOf(oid)));

    /// <summary>Null if this repository has no commit of that id.</summary>
    public CommitRecord? FindCommit(GitOid oid)
    {
        var key = Key(ObjectKeyKind.Commit, oid);
        if (cache.TryGet<CommitRecord>(key, out var known))
            return known;
        var commit = Use(handle => handle.Lookup<Commit>(IdOf(oid)) is { } found ? CommitRecord.From(found) : null);
        if (commit is not null)
            cache.Add(key, commit, commit.Weight);
        return commit;
    }

    public CommitRecord Commit(GitOid oid) => FindCommit(oid) ?? throw Missing("commit", oid);

    public ParsedTree Tree(GitOid oid)
    {
        var key = Key(ObjectKeyKind.Tree, oid);
        if (cache.TryGet<ParsedTree>(key, out var known))
            return known;
        var tree = ParseTree(oid);
        cache.Add(key, tree, tree.Weight);
        return tree;
    }

    /// <summary>For walks through history, which would push everything else out of the cache.</summary>
    public ParsedTree TreeOnce(GitOid oid) => cache.TryGet<ParsedTree>(Key(ObjectKeyKind.Tree, oid), out var known) ? known : ParseTree(oid);

    /// <summary>Learns the sizes of a stretch of a tree's entries on one handle.</summary>
    public void LearnSizes(ParsedTree tree, int from, int count) => Use(handle =>
    {
        tree.LearnSizes(from, count, oid => SizeOf(handle, oid));
        return 0;
    });

    public long BlobSize(GitOid oid)
    {
        var key = Key(ObjectKeyKind.Size, oid);
        if (cache.TryGet<long>(key, out var known))
            return known;
        var size = Use(handle => SizeOf(handle, oid));
        cache.Add(key, size, SmallWeight);
        return size;
    }

    public ReadOnlyMemory<byte>? ReadSmallBlob(GitOid oid)
    {
        var key = Key(ObjectKeyKind.SmallBlob, oid);
        if (cache.TryGet<byte[]>(key, out var known))
            return known;
        var content = Use(handle =>
        {
            var size = SizeOf(handle, oid);
            if (size > SmallBlobBytes)
                return null;
            var bytes = new byte[size];
            using var stream = (handle.Lookup<Blob>(IdOf(oid)) ?? throw Missing("blob", oid)).GetContentStream();
            stream.ReadExactly(bytes);
            return bytes;
        });
        if (content is null)
            return null;
        cache.Add(key, content, SmallWeight + content.Length);
        return content;
    }

    /// <summary>The commit behind any number of annotated tags; null if it is something else that they name.</summary>
    public GitOid? PeelToCommit(GitOid oid)
    {
        var key = Key(ObjectKeyKind.PeeledTag, oid);
        if (cache.TryGet<GitOid>(key, out var known))
            return known;
        if (FindCommit(oid) is not null)
            return oid;
        var peeled = Use(handle => Peel(handle, oid));
        if (peeled is { } found)
            cache.Add(key, found, SmallWeight);
        return peeled;
    }

    public GitCorruptException Missing(string what, GitOid oid) => new(repositoryId, $"the {what} {oid} is missing.");

    private GitOid? Peel(LibGit2Sharp.Repository handle, GitOid oid)
    {
        var found = handle.Lookup(IdOf(oid)) ?? throw Missing("object", oid);
        for (var step = 0; step < MostTagsOfTags && found is TagAnnotation tag; step++)
            found = handle.Lookup(tag.Target.Id) ?? throw Missing("object", OidOf(tag.Target.Id));
        return found is Commit commit ? OidOf(commit.Id) : null;
    }

    private ParsedTree ParseTree(GitOid oid) => Use(handle => ParsedTree.From(handle.Lookup<Tree>(IdOf(oid)) ?? throw Missing("tree", oid)));

    private long SizeOf(LibGit2Sharp.Repository handle, GitOid oid) =>
        handle.ObjectDatabase.RetrieveObjectMetadata(IdOf(oid)) is { Type: ObjectType.Blob } found ? found.Size : throw Missing("blob", oid);
}
