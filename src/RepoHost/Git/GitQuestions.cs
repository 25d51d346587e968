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
    private const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

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
        var start = GitProgram.Describe(
            repository.Folder, "-c", string.Create(CultureInfo.InvariantCulture, $"core.bigFileThreshold={LargestCompared}"), "-c", "diff.orderFile=",
            "diff-tree", "-r", "-z", "--raw", "-p", "--full-index", "--find-renames", "-l200", "--no-ext-diff", "--no-textconv", "--no-color", "--no-commit-id",
            "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none", parent?.ToString() ?? EmptyTree, commit.Id.ToString());
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
