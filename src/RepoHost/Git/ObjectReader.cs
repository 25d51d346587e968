using System.Text;
using LibGit2Sharp;

namespace RepoHost.Git;

/// <summary>
/// Objects of one repository by id: from the shared cache, else from libgit2, else, where libgit2 can't read one or loses something of it, as <see cref="RawObjects"/> gives
/// them. Objects never change, so nothing here is ever invalidated.
/// </summary>
internal sealed class ObjectReader(string repositoryId, long number, string folder, HandlePool handles, BoundedCache<ObjectKey> cache)
{
    public const int SmallBlobBytes = 256 * 1024;

    private const int SmallWeight = 160;
    private const int MostTagsOfTags = 20;
    private const int MostTagBytes = 64 * 1024;

    /// <summary>Pushed trees have 32 MB at most.</summary>
    private const int MostTreeBytes = 64 << 20;

    public BoundedCache<ObjectKey> Cache => cache;

    public string RepositoryId => repositoryId;

    public string Folder => folder;

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
        var commit = Use(handle => ReadCommit(handle, oid, out var odd) ?? (odd ? ReadRawCommit(oid) : null));
        if (commit is not null)
            cache.Add(key, commit, commit.Weight);
        return commit;
    }

    public CommitRecord Commit(GitOid oid) => FindCommit(oid) ?? throw Missing("commit", oid);

    /// <summary>What a walk needs to find its way. Commits that are only passed don't push others out of the cache.</summary>
    public (long When, IReadOnlyList<GitOid> Parents) Link(GitOid oid)
    {
        if (cache.TryGet<CommitRecord>(Key(ObjectKeyKind.Commit, oid), out var known))
            return (known.Commit.Date.UtcTicks, known.Commit.Parents);
        return Use(handle =>
        {
            try
            {
                var found = handle.Lookup<Commit>(IdOf(oid)) ?? throw Missing("commit", oid);
                return (found.Committer.When.UtcTicks, (IReadOnlyList<GitOid>)[.. found.Parents.Select(parent => OidOf(parent.Id))]);
            }
            catch (Exception e) when (e is ArgumentException or LibGit2SharpException and not NotFoundException)
            {
                var commit = (ReadRawCommit(oid) ?? throw Missing("commit", oid)).Commit;
                return (commit.Date.UtcTicks, commit.Parents);
            }
        });
    }

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
        for (var step = 0; step <= MostTagsOfTags; step++)
        {
            // By its type alone: a commit or a tag whose header libgit2 can't read is one all the same.
            switch (handle.ObjectDatabase.RetrieveObjectMetadata(IdOf(oid))?.Type)
            {
                case ObjectType.Commit:
                    return oid;
                case ObjectType.Tag:
                    oid = TargetOf(handle, oid);
                    break;
                case null:
                    throw Missing("object", oid);
                default:
                    return null;
            }
        }

        return null;
    }

    private GitOid TargetOf(LibGit2Sharp.Repository handle, GitOid tag)
    {
        try
        {
            return OidOf((handle.Lookup<TagAnnotation>(IdOf(tag)) ?? throw Missing("tag", tag)).Target.Id);
        }
        catch (LibGit2SharpException)
        {
            // "object <id>" is the first line.
            var text = ReadRaw(tag, "tag", MostTagBytes) is { } read ? read.Content : throw Missing("tag", tag);
            return text.AsSpan().StartsWith("object "u8) && text.Length > 7 + GitOid.HexLength && GitOid.TryParse(Encoding.ASCII.GetString(text.AsSpan(7, GitOid.HexLength)), out var target)
                ? target : throw new InvalidDataException($"the tag {tag} names no object.");
        }
    }

    private static CommitRecord? ReadCommit(LibGit2Sharp.Repository handle, GitOid oid, out bool odd)
    {
        odd = false;
        try
        {
            if (handle.Lookup<Commit>(IdOf(oid)) is not { } found)
                return null;
            var commit = CommitRecord.TryFrom(found);
            odd = commit is null;
            return commit;
        }
        catch (LibGit2SharpException)
        {
            odd = true;
            return null;
        }
    }

    private CommitRecord? ReadRawCommit(GitOid oid) =>
        ReadRaw(oid, "commit", CommitText.MostBytes) is { } read ? CommitText.Read(oid, read.Content) ?? throw new InvalidDataException($"the commit {oid} names no tree.") : null;

    private (byte[] Content, long Size)? ReadRaw(GitOid oid, string type, int most) => handles.UseRaw(folder, raw => raw.Read(oid, type, most));

    private ParsedTree ParseTree(GitOid oid) => Use(handle =>
    {
        try
        {
            if (ParsedTree.TryFrom(handle.Lookup<Tree>(IdOf(oid)) ?? throw Missing("tree", oid)) is { } tree)
                return tree;
        }
        catch (LibGit2SharpException)
        {
        }

        if (ReadRaw(oid, "tree", MostTreeBytes) is not { } read)
            throw Missing("tree", oid);
        return read.Size == read.Content.Length ? ParsedTree.From(TreeBytes.Read(read.Content)) : throw new InvalidDataException($"the tree {oid} is too large to be read.");
    });

    private long SizeOf(LibGit2Sharp.Repository handle, GitOid oid) =>
        handle.ObjectDatabase.RetrieveObjectMetadata(IdOf(oid)) is { Type: ObjectType.Blob } found ? found.Size : throw Missing("blob", oid);
}
