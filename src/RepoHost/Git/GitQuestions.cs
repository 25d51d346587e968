using System.Diagnostics;
using System.Globalization;
using System.Text;
using RepoHost.Hosting;

namespace RepoHost.Git;

/// <summary>
/// What pages and the API ask the git program, because libgit2 has no bounded way to tell it: few questions at once, a quarter of them for one caller at most, and none
/// for long, so that a large history costs an answer and never the server.
/// </summary>
internal sealed class GitQuestions(TimeProvider time)
{
    private const int MostAtOnce = 4;

    /// <summary>The id that every git takes for a tree without entries, whether it is there or not.</summary>
    public const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    /// <summary>Blobs from here on are not compared: "binary", whatever they hold.</summary>
    private const int LargestCompared = 512 * 1024;

    private const int KilledBySignal = 128 + 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly FairPlaces turns = new(new FairShares(MostAtOnce) { Patience = Patience }, time);

    /// <summary>The commits that touched a path, newest first, as <c>git log -- path</c> lists them. Null: it would take too long.</summary>
    /// <param name="caller">Who counts as one: a person's id, or a network where nobody is known.</param>
    public async Task<IReadOnlyList<GitCommit>?> HistoryAsync(
        string caller, GitRepository repository, GitOid from, TreePath path, int skip, int take, CancellationToken cancellationToken)
    {
        // Arguments are text, and a path may be bytes; a line may not hold a line feed, and an argument may.
        var asBytes = PathSpelling.HoldsBytes(path.Value);
        var start = GitProgram.Describe(
            repository.Folder,
            ["--literal-pathspecs", "log", "--format=%H", "--no-show-signature", string.Create(CultureInfo.InvariantCulture, $"--skip={skip}"),
            string.Create(CultureInfo.InvariantCulture, $"--max-count={take}"), .. asBytes ? (string[])["--stdin"] : [from.ToString(), "--", path.Value]]);
        byte[] question = asBytes ? [.. Encoding.ASCII.GetBytes($"{from}\n--\n"), .. PathSpelling.Write(path.Value), (byte)'\n'] : [];
        var text = "";
        var answered = await TryAskAsync(
            caller,
            ct => GitProgram.RunAsync(
                start, (input, c) => input.WriteAsync(question, c).AsTask(), async (output, c) => text = await new StreamReader(output).ReadToEndAsync(c), ct),
            cancellationToken);
        return answered ? [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => repository.ReadCommit(GitOid.Parse(line)))] : null;
    }

    /// <summary>What a commit changed against its first parent. Null: it would take too long.</summary>
    /// <param name="caller">Who counts as one: a person's id, or a network where nobody is known.</param>
    public async Task<CommitDiff?> DiffAsync(string caller, GitRepository repository, GitCommit commit, DiffLimits limits, CancellationToken cancellationToken)
    {
        var parent = commit.Parents.Count > 0 ? commit.Parents[0] : (GitOid?)null;
        var start = Diff(repository, parent, commit.Id, "-z", "--raw", "-p");
        var parser = new DiffParser(parent, limits);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answered = await TryAskAsync(
            caller,
            async ct =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
                try
                {
                    await GitProgram.RunAsync(start, null, async (output, reading) =>
                    {
                        await parser.ReadAsync(output, reading);
                        // Git would wait for ever for somebody to read the rest.
                        if (parser.Enough)
                            await enough.CancelAsync();
                    }, stop.Token);
                }
                catch (OperationCanceledException) when (parser.Enough && !ct.IsCancellationRequested)
                {
                }
            },
            cancellationToken);
        return answered ? parser.Result : null;
    }

    /// <summary>What is different between two commits, as git writes it.</summary>
    /// <param name="caller">Who counts as one: a person's id, or a network where nobody is known.</param>
    /// <param name="from">Null is a tree without files.</param>
    /// <param name="forms">Of the output, such as <c>-p</c>.</param>
    /// <param name="most">Bytes that are read.</param>
    /// <returns>Null: it would take too long, or there is more.</returns>
    public async Task<ReadOnlyMemory<byte>?> DiffTextAsync(
        string caller, GitRepository repository, GitOid? from, GitOid to, string[] forms, int most, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answered = await TryAskAsync(
            caller,
            async ct =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
                try
                {
                    var start = Diff(repository, from, to, forms);
                    await GitProgram.RunAsync(start, null, (output, reading) => TakeAsync(output, text, most, enough, reading), stop.Token);
                }
                catch (OperationCanceledException) when (text.Length > most && !ct.IsCancellationRequested)
                {
                }
            },
            cancellationToken);
        // A bare null would be an array that is not there, and so an empty text.
        return answered && text.Length <= most ? text.ToArray() : (ReadOnlyMemory<byte>?)null;
    }

    private static async Task TakeAsync(Stream output, MemoryStream text, int most, CancellationTokenSource enough, CancellationToken cancellationToken)
    {
        var chunk = new byte[64 * 1024];
        for (int read; (read = await output.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            text.Write(chunk, 0, read);
            if (text.Length > most)
            {
                await enough.CancelAsync();
                return;
            }
        }
    }

    private static ProcessStartInfo Diff(GitRepository repository, GitOid? from, GitOid to, params ReadOnlySpan<string> forms)
    {
        var threshold = string.Create(CultureInfo.InvariantCulture, $"core.bigFileThreshold={LargestCompared}");
        return GitProgram.Describe(
            repository.Folder,
            [
                "-c", threshold, "-c", "diff.orderFile=", "diff-tree", "-r", .. forms, "--full-index", "--find-renames", "-l200", "--no-ext-diff", "--no-textconv",
                "--no-color", "--no-commit-id", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none", from?.ToString() ?? EmptyTree, to.ToString(),
            ]);
    }

    /// <summary>Something else that git is to be asked, under the same bounds.</summary>
    /// <returns>False: it would take too long, or it was not its turn in time.</returns>
    public Task<bool> TryRunAsync(string caller, Func<CancellationToken, Task> ask, CancellationToken cancellationToken) =>
        TryAskAsync(caller, ask, cancellationToken);

    private async Task<bool> TryAskAsync(string caller, Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var turn = await turns.TryEnterAsync(caller, cancellationToken);
        if (turn is null)
            return false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            limit.CancelAfter(Longest);
            await ask(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (GitProgramException e) when (e.ExitCode >= KilledBySignal || e.Complaint.Contains("maximum allowed tree depth", StringComparison.Ordinal))
        {
            // Folders nested deeper than git's own bound, or than its stack: there is no answer, but nothing is broken here.
            return false;
        }
    }
}
