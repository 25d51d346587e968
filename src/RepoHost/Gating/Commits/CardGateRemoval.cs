using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GateMiddleware.ModelCards;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating.Commits;

/// <summary>
/// Takes the key <c>gated</c> out of the card with a commit on the default branch, under the rules of any commit. It touches the one line that holds the key; a
/// card in which that is not certain to be all of it is left to its author.
/// </summary>
internal sealed partial class CardGateRemoval(CardReader cards, RepositoryCommits commits, GitSessions sessions)
{
    private const int MostBytes = 8 << 20;

    private static readonly Refusal NotCertain = HubErrors.BadRequest(
        "The key `gated` can't be taken out of README.md safely: it does not stand on a line of its own. Edit the file and remove the key by hand.");

    /// <returns>Null when the card has no such key any more.</returns>
    public async Task<Refusal?> RemoveAsync(IRepositoryFeature repository, Caller caller, CancellationToken cancellationToken)
    {
        var card = repository.Card;
        if (card.Card is not { Readable: true, GatedLine: not null })
            return null;
        if (card is not { Tip: { } tip, Branch: { } branch } || await ReadAsync(repository.Git, tip, cancellationToken) is not { } readme || await WithoutAsync(readme, cancellationToken) is not { } text)
            return NotCertain;

        var order = new CommitOrder(repository.Record, caller, new CommitTarget(branch, null), Propose: false, _ => Lines(tip, text));
        var outcome = CommitOutcome.Refused(HubErrors.Busy);
        await sessions.TryRunAsync(GitSessionKind.Write, caller.UserId!, async cancellation => outcome = await commits.CommitAsync(order, cancellation), cancellationToken);
        return outcome.Refusal;
    }

    /// <summary>The README without the line of its key <c>gated</c>; null unless everything else of the card stays what it is.</summary>
    internal static async Task<byte[]?> WithoutAsync(byte[] readme, CancellationToken cancellationToken)
    {
        var card = await CardWork.ReadAsync(readme, cancellationToken);
        if (card is not { Readable: true, MetadataComplete: true, GatedLine: { } number, Metadata: { } metadata } || LineAt(readme, number) is not { } line
            || !GatedLine().IsMatch(Encoding.UTF8.GetString(readme.AsSpan()[line])))
            return null;

        byte[] rest = [.. readme.AsSpan(0, line.Start.Value), .. readme.AsSpan(line.End.Value)];
        var expected = (JsonObject)metadata.DeepClone();
        expected.Remove("gated");
        return await CardWork.ReadAsync(rest, cancellationToken) is { Readable: true, GatedLine: null } left && JsonNode.DeepEquals(expected, left.Metadata ?? []) ? rest : null;
    }

    private async Task<byte[]?> ReadAsync(GitRepository git, GitOid tip, CancellationToken cancellationToken)
    {
        if (cards.Find(git, tip) is not { } file || !CardReader.IsRegular(file) || file.Entry.Size > MostBytes)
            return null;
        if (git.ReadSmallBlob(file.Entry.Oid) is { } small)
            return small.ToArray();
        using var handle = await git.OpenBlobFileAsync(file.Entry.Oid, cancellationToken);
        var readme = new byte[file.Entry.Size];
        for (int read = 0, n; read < readme.Length; read += n)
        {
            n = RandomAccess.Read(handle, readme.AsSpan(read), read);
            if (n == 0)
                return null;
        }

        return readme;
    }

    private static async IAsyncEnumerable<CommitLine> Lines(GitOid tip, byte[] readme)
    {
        await Task.CompletedTask;
        yield return new CommitHeader("Remove the gate from the card", "", tip.ToString());
        yield return new PutFile(TreePath.Parse(CardReader.FileName), readme.Length, () => new MemoryStream(readme, writable: false));
    }

    /// <summary>The line with its end, which is LF, CRLF or CR as in the card's own reader.</summary>
    private static Range? LineAt(byte[] text, int number)
    {
        var start = 0;
        for (var line = 1; start < text.Length; line++)
        {
            var end = text.AsSpan(start).IndexOfAny((byte)'\n', (byte)'\r') is var at and >= 0 ? start + at + 1 : text.Length;
            if (end < text.Length && text[end - 1] == '\r' && text[end] == '\n')
                end++;
            if (line == number)
                return start..end;
            start = end;
        }

        return null;
    }

    [GeneratedRegex("""^("gated"|'gated'|gated)[ \t]*:[ \t]+\S""")]
    private static partial Regex GatedLine();
}
