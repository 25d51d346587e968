using System.Text;
using GateMiddleware.ModelCards;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>Reads the model card of a commit: README.md at its root.</summary>
internal sealed class CardReader(RepositoryFiles files)
{
    /// <summary>The front matter ends within this, or the card is too large to be read: two megabytes, and some for what stands before.</summary>
    public const int CardBytes = ModelCardLimits.MostFrontMatterBytes + (64 * 1024);

    public const string FileName = "README.md";

    private static readonly TreePath ReadmePath = TreePath.Parse(FileName);

    /// <summary>Front matter that never closes: the reader reports it as unreadable, which is what a README.md that is no regular file amounts to.</summary>
    private static readonly byte[] NotACard = Encoding.UTF8.GetBytes("---\nREADME.md is not a regular file\n");

    /// <summary>The card of which nothing can be known.</summary>
    public static ModelCard Unreadable() => ModelCardReader.Read(NotACard);

    /// <summary>Null when the commit has no README.md.</summary>
    public RepositoryFile? Find(GitRepository git, GitOid commit) => files.Find(git, commit, ReadmePath);

    /// <summary>Whether it could be a card at all: a link, an LFS object or a folder can't be read, and what can't be read never opens a gate.</summary>
    public static bool IsRegular(RepositoryFile file) => file is { Lfs: null, Entry.Kind: GitEntryKind.File or GitEntryKind.Executable };

    public static async Task<ModelCard> ReadAsync(GitRepository git, RepositoryFile file, CancellationToken cancellationToken)
    {
        if (!IsRegular(file))
            return Unreadable();

        if (git.ReadSmallBlob(file.Entry.Oid) is { } small)
            return await CardWork.ReadAsync(small, cancellationToken);

        using var handle = await git.OpenBlobFileAsync(file.Entry.Oid, cancellationToken);
        var beginning = new byte[Math.Min(CardBytes, file.Entry.Size)];
        var read = 0;
        while (read < beginning.Length)
        {
            var n = RandomAccess.Read(handle, beginning.AsSpan(read), read);
            if (n == 0)
                break;
            read += n;
        }

        // Cut between characters, or the reader would call a long card's umlaut invalid UTF-8.
        while (read > 0 && read < file.Entry.Size && (beginning[read - 1] & 0xC0) == 0x80)
            read--;
        if (read > 0 && read < file.Entry.Size && beginning[read - 1] >= 0xC0)
            read--;
        return await CardWork.ReadAsync(beginning.AsMemory(0, read), cancellationToken);
    }

    /// <summary>The beginning of the file, for readers.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBeginningAsync(GitRepository git, RepositoryFile file, int most, CancellationToken cancellationToken)
    {
        if (git.ReadSmallBlob(file.Entry.Oid) is { } small)
            return small;
        using var blob = git.OpenLargeBlob(file.Entry.Oid);
        var bytes = new byte[Math.Min(most, blob.Size)];
        await blob.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
