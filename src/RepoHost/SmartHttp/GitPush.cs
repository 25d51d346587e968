using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.SmartHttp;

/// <summary>
/// Push. The pack goes through <c>git index-pack</c> into a quarantine, the rules look at it there, and <c>git update-ref</c> moves the refs: what
/// <c>git receive-pack</c> does with a hook in between, without a hook (docs/decisions/0003-pushes.md).
/// </summary>
internal sealed partial class GitPush(
    GitSessions sessions, TransferSpool spool, GitRepositories repositories, RepositoryWrites writes, PushedRefs refs, WriteStorage storage, IOptions<PushOptions> options,
    ILogger<GitPush> logger)
{
    /// <summary>More than a pack without objects has, as a push of what is there already brings; no room is needed for it.</summary>
    private const long EmptyPack = 1024;

    /// <summary>Bytes of a pack that are looked at before git is started: what unpacks to much more than it is has need of few.</summary>
    private const int LookAhead = 256 * 1024;

    private const string TooLargeObject = "The pack holds an object that is too large to be looked at. Keep large files in Git LFS.";

    private static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(5);

    /// <summary><c>POST git-receive-pack</c>.</summary>
    public async Task ReceivePackAsync(HttpContext context)
    {
        if (await refs.RefuseAsync(context) is { } notTheirs)
        {
            await RefuseAsync(context, notTheirs);
            return;
        }

        if (GitRequestBody.Open(context.Request, GitEndpoints.ReceivePack) is not { } body)
        {
            await RefuseAsync(context, GitRequestBody.WrongType);
            return;
        }

        await using (body)
        {
            try
            {
                // Before it has a place among the sessions: a client that sends slowly must not keep one.
                TransferLimits.Apply(context);
                var (largest, tooLarge) = await FindRoomAsync(context);
                await using var sent = await spool.ReceiveAsync(TransferLimits.Key(context), body, largest + PushRequest.MostBytes, context.RequestAborted, cutWhenFull: true);
                if (sent.DiskFault is not null)
                {
                    // git shows its user what the report says, and of an error by HTTP only the number.
                    Log.DiskFull(logger, context.Repository().Record.Id);
                    tooLarge = DiskFull.Sentence;
                }

                await using var reader = new BufferedStream(sent.OpenRead(), 64 * 1024);
                await AnswerAsync(context, await PushRequest.ReadAsync(reader, context.RequestAborted), new SentPack(sent.IsCut ? null : reader, largest, tooLarge));
            }
            catch (InvalidDataException e) when (!context.Response.HasStarted)
            {
                // Also the decompressor's word for what is no gzip.
                await RefuseAsync(context, HubErrors.BadRequest(e.Message));
            }
            catch (SpoolFullException e) when (!context.Response.HasStarted)
            {
                await RefuseAsync(context, HubErrors.NoRoom(e.Message));
            }
            catch (TimeoutException)
            {
                Log.TookTooLong(logger, context.Repository().Record.Id);
                if (context.Response.HasStarted)
                    context.Abort();
                else
                    await RefuseAsync(context, HubErrors.TookTooLong);
            }
        }
    }

    /// <summary>The most that a pack may have here, and what is said of a larger one. A pack is never smaller once it is stored, so what does not fit need not come to its end.</summary>
    private async Task<(long Largest, string TooLarge)> FindRoomAsync(HttpContext context)
    {
        var most = Math.Min(options.Value.LargestPackBytes, spool.LargestBody - PushRequest.MostBytes);
        var repository = context.Repository();
        var room = await storage.FindAsync(repository.Record.Id, context.Caller(), repository.Role, context.RequestAborted);
        var largest = Math.Min(most, Math.Max(room?.Room ?? long.MaxValue, EmptyPack));
        return (largest, (largest < most ? room?.Refuse(largest + 1, atLeast: true)?.Message : null)
            ?? $"The pack is larger than the {ByteCount.Of(most)} that one push may bring. Push the history in parts, or keep large files in Git LFS.");
    }

    /// <summary>1 the pack, into quarantine, rules and refs, when it is its turn. 2 the report, for which nothing is held any more.</summary>
    private async Task AnswerAsync(HttpContext context, PushRequest request, SentPack pack)
    {
        context.Response.ContentType = $"application/x-{GitEndpoints.ReceivePack}-result";
        context.Response.Headers.CacheControl = "no-cache";
        if (request.Updates.Count == 0)
            return;

        // 1
        var (begun, outcome) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), ((string? UnpackFault, WriteOutcome Outcome)?)null);
        var work = sessions.TryRunAsync(
            GitSessionKind.Write, TransferLimits.Key(context),
            async ct =>
            {
                begun.SetResult();
                outcome = await ApplyAsync(context, request, pack, ct);
            },
            context.RequestAborted);
        try
        {
            await Task.WhenAny(begun.Task, work);
            await KeepAliveAsync(context, request, work, context.RequestAborted);
        }
        finally
        {
            // The pack is its, however this ends.
            await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // 2
        if (!await work)
        {
            await RefuseAsync(context, HubErrors.Busy);
            return;
        }

        var (repositoryId, userId) = (context.Repository().Record.Id, context.Caller().UserId!);
        var (unpackFault, written) = outcome!.Value;
        if (written.Result == WriteResult.Done)
            Log.Pushed(logger, repositoryId, userId, request.Updates.Count);
        await context.Response.Body.WriteAsync(PushReport.Write(request, unpackFault, written), context.RequestAborted);
    }

    /// <summary>From the moment it is its turn, until the work is done.</summary>
    private static async Task KeepAliveAsync(HttpContext context, PushRequest request, Task work, CancellationToken cancellationToken)
    {
        while (request.SideBand && await Task.WhenAny(work, Task.Delay(KeepAliveAfter, cancellationToken)) != work && !cancellationToken.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(PushReport.KeepAlive, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    private async Task<(string? UnpackFault, WriteOutcome Outcome)> ApplyAsync(
        HttpContext context, PushRequest request, SentPack pack, CancellationToken cancellationToken)
    {
        var (repository, caller) = (context.Repository(), context.Caller());
        // Told before the pack is looked at.
        if (await refs.FindFaultsAsync(context, request.Updates) is { Count: > 0 } faults)
            return (null, WriteOutcome.Refused(faults));
        var bytes = request.HasPack ? pack.Bytes : null;
        if (request.HasPack && bytes is null)
            return (pack.TooLarge, WriteOutcome.Refused());
        using var quarantine = repositories.OpenQuarantine(repository.Record.Id);
        try
        {
            if (bytes is not null && await UnpackAsync(context, quarantine, bytes, pack, cancellationToken) is { } fault)
                return (fault, WriteOutcome.Refused());
            var order = new WriteOrder(repository.Record.Id, caller, request.Updates, request.HasPack ? quarantine : null, PullRequests: request.Updates.Any(PushedRefs.IsPullRequest));
            return (null, await writes.ApplyAsync(order, cancellationToken));
        }
        catch (RepositoryBusyException e)
        {
            return (null, WriteOutcome.Refused(new WriteFault(null, e.Message)));
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            Log.DiskFull(logger, repository.Record.Id);
            return (DiskFull.Sentence, WriteOutcome.Refused());
        }
    }

    /// <summary>Null when the pack is in quarantine, whole and checked; otherwise what was wrong with it.</summary>
    private async Task<string?> UnpackAsync(HttpContext context, Quarantine quarantine, Stream bytes, SentPack pack, CancellationToken cancellationToken)
    {
        var thin = ThinPacks.MayBeSent(context);
        var start = GitProgram.Describe(quarantine.Folder, ["index-pack", "--stdin", "--strict", .. thin ? ["--fix-thin"] : Array.Empty<string>()]);
        PushedData.Limit(start);
        var (tooLarge, scan) = (false, new PackScan(options.Value.UnpackedBytes));
        var scanned = new ScannedPack(bytes, scan);
        try
        {
            await scanned.LookAheadAsync(LookAhead, cancellationToken);
            await GitProgram.RunAsync(
                start,
                async (input, ct) => tooLarge = !await GitRequestBody.CopyAsync(scanned, input, pack.Largest, ct),
                null,
                cancellationToken);
            return null;
        }
        catch (InvalidDataException) when (scan.Fault != PackFault.None)
        {
            return scan.Fault switch
            {
                PackFault.ObjectTooLarge => TooLargeObject,
                PackFault.TooMuch =>
                    $"The pack unpacks to more than {ByteCount.Of(options.Value.UnpackedBytes)} and {PackScan.Ratio} times its own size. Push the history in parts, or keep large files in Git LFS.",
                _ => "The pack can't be read: what came is not what git sends.",
            };
        }
        catch (GitProgramException) when (tooLarge)
        {
            return pack.TooLarge;
        }
        catch (GitProgramException e) when (PushedData.IsOverLimit(e.Complaint))
        {
            return TooLargeObject;
        }
        catch (GitProgramException e) when (!thin && ThinPacks.IsThin(e.Complaint))
        {
            return ThinPacks.Sentence;
        }
        catch (GitProgramException e)
        {
            return $"The pack was refused:\n{e.Complaint}";
        }
    }

    /// <param name="Bytes">Null: it is too large.</param>
    /// <param name="TooLarge">What is said of a pack with more than <paramref name="Largest"/> bytes.</param>
    private sealed record SentPack(Stream? Bytes, long Largest, string TooLarge);

    private static Task RefuseAsync(HttpContext context, Refusal refusal) => RefusalWriter.WriteAsync(context, refusal, RefusalFormat.Text);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Person {UserId} pushed {Count} refs to repository {RepositoryId}")]
        public static partial void Pushed(ILogger logger, string repositoryId, string userId, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "The disk is full; a push to repository {RepositoryId} was refused")]
        public static partial void DiskFull(ILogger logger, string repositoryId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A push to repository {RepositoryId} took longer than GitHttp:SessionMinutes and was ended")]
        public static partial void TookTooLong(ILogger logger, string repositoryId);
    }
}
