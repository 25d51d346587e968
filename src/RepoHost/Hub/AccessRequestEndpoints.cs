using System.Globalization;
using System.Text.Json.Nodes;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>The owner's and the requester's routes about access requests (contract 6.4, 6.5).</summary>
internal static class AccessRequestEndpoints
{
    private const int MaxLimit = 1000;
    private const int MinLimit = 10;
    private const int MaxQuery = 250;

    public static void MapAccessRequests(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var requests = $"{HubRoutes.ApiId(type)}/user-access-request";
        routes.MapMethods($"{requests}/{{status:regex(^(pending|accepted|rejected|reset)$)}}", HubRoutes.GetAndHead, ListAsync).WithAccess(RouteAccess.Review, type);
        routes.MapPost($"{requests}/handle", HandleAsync).WithAccess(RouteAccess.Review, type);
        routes.MapPost($"{requests}/grant", GrantAsync).WithAccess(RouteAccess.Review, type);
        routes.MapPost($"{requests}/batch", BatchAsync).WithAccess(RouteAccess.Review, type);
        routes.MapPost($"{requests}/cancel", WithdrawAsync).WithAccess(RouteAccess.OwnRequest, type);
    }

    private static async Task<Results<Ok<JsonArray>, Refused>> ListAsync(HttpContext context, string status, AccessRequestList list, PublicUrl publicUrl)
    {
        var query = context.Request.Query;
        var limit = query.Number("limit") ?? MaxLimit;
        if (limit < MinLimit)
            return (Refused)HubErrors.Invalid($"Too small: expected number to be >={MinLimit}", "limit");
        if (limit > MaxLimit)
            return (Refused)HubErrors.Invalid($"Too big: expected number to be <={MaxLimit}", "limit");
        var name = (string?)query["q"];
        if (name is { Length: > MaxQuery })
            return (Refused)HubErrors.Invalid($"Too big: expected string to have <={MaxQuery} characters", "q");
        if (!TryTime(query["after"], out var after))
            return (Refused)HubErrors.Invalid("Invalid input: expected a time such as 2026-03-02T08:15:34.895Z", "after");
        if (!TryTime(query["before"], out var before))
            return (Refused)HubErrors.Invalid("Invalid input: expected a time such as 2026-03-02T08:15:34.895Z", "before");

        var state = AccessRequestJson.ParseState(status)!.Value;
        var (rows, next) = await list.PageAsync(context.Repository().Record.Id, new(state, limit, name, after, before, ReadCursor(query["cursor"])), context.RequestAborted);
        if (next is not null)
            PageLink.Next(context, publicUrl, PageLink.Pack(next.RequestedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), next.UserId));
        return TypedResults.Ok(new JsonArray([.. rows.Select(AccessRequestJson.ListItem)]));
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> HandleAsync(HttpContext context, AccessRequests requests)
    {
        var repository = context.Repository();
        if (NotGated(repository) is { } ungated)
            return (Refused)ungated;
        using var body = await JsonBody.ReadAsync(context);
        var (review, invalid) = ReviewBody.Read(body);
        if (review is null || invalid is not null)
            return (Refused)invalid!;
        if (review.Person is not { } person)
            return (Refused)ReviewBody.RequestMissing;

        var outcome = await requests.ReviewAsync(repository.Record, Reviewer(context), person, review.Status, review.Reason, context.RequestAborted);
        return Answer(outcome);
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> GrantAsync(HttpContext context, AccessRequests requests)
    {
        var repository = context.Repository();
        if (NotGated(repository) is { } ungated)
            return (Refused)ungated;
        using var body = await JsonBody.ReadAsync(context);
        if (ReviewBody.ReadPerson(body?.RootElement) is not { } person)
            return (Refused)ReviewBody.PersonMissing;

        // A JSON body is mandatory here: the Python client parses it (trap T24).
        return Answer(await requests.GrantAsync(repository.Record, Reviewer(context), person, context.RequestAborted));
    }

    /// <summary>Up to 100 people, one result each in the order sent; one that is in the asked state already is fine (contract 6.4).</summary>
    private static async Task<Results<Ok<JsonArray>, Refused>> BatchAsync(HttpContext context, AccessRequests requests, AccessRequestList list)
    {
        var repository = context.Repository();
        if (NotGated(repository) is { } ungated)
            return (Refused)ungated;
        using var body = await JsonBody.ReadAsync(context);
        var (review, invalid) = ReviewBody.Read(body);
        if (review is null || invalid is not null)
            return (Refused)invalid!;
        if (ReviewBody.ReadPeople(body) is not { } people)
            return (Refused)HubErrors.Invalid("Invalid input: expected array of 1 to 100 objects that each name exactly one of user, userId and requestId", "requests");

        var results = new JsonArray();
        var outcomes = await requests.ReviewManyAsync(repository.Record, Reviewer(context), people, review.Status, review.Reason);
        for (var i = 0; i < people.Count; i++)
        {
            var (person, outcome) = (people[i], outcomes[i]);
            if (outcome == ReviewOutcome.NoMatchingRequest && await list.IsInStateAsync(repository.Record.Id, person, review.Status, context.RequestAborted))
                outcome = ReviewOutcome.Done;
            results.Add((JsonNode)BatchItem(person, outcome));
        }

        return TypedResults.Ok(results);
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> WithdrawAsync(HttpContext context, AccessRequests requests) =>
        await requests.WithdrawAsync(context.Repository().Record, Reviewer(context), context.RequestAborted)
            ? TypedResults.Ok(new JsonObject { ["ok"] = true })
            : (Refused)HubErrors.NoPendingRequest;

    private static Results<Ok<JsonObject>, Refused> Answer(ReviewOutcome outcome) => outcome switch
    {
        ReviewOutcome.Done => TypedResults.Ok(new JsonObject()),
        ReviewOutcome.UserNotFound => (Refused)HubErrors.UserNotFound,
        ReviewOutcome.NoMatchingRequest => (Refused)HubErrors.NoMatchingRequest,
        ReviewOutcome.AlreadyHasAccess => (Refused)HubErrors.AlreadyHasAccess,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private static JsonObject BatchItem(PersonReference person, ReviewOutcome outcome)
    {
        var item = person switch
        {
            { UserName: { } name } => new JsonObject { ["user"] = name },
            { UserId: { } id } => new JsonObject { ["userId"] = id },
            _ => new JsonObject { ["requestId"] = person.RequestId },
        };
        item["ok"] = outcome == ReviewOutcome.Done;
        if (outcome != ReviewOutcome.Done)
            item["error"] = outcome == ReviewOutcome.UserNotFound ? "user_not_found" : "request_not_found";
        return item;
    }

    private static GateMiddleware.Rejection.Refusal? NotGated(IRepositoryFeature repository) =>
        repository.Policy.Mode == GateMode.Open ? HubErrors.NotGated(repository.Record.Type.Singular(), repository.Record.FullName) : null;

    private static string Reviewer(HttpContext context) => context.Caller().UserId!;

    private static AccessRequestCursor? ReadCursor(string? cursor) =>
        PageLink.Unpack(cursor, 2) is [var time, var user] && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < 253402300800000
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), user)
            : null;

    private static bool TryTime(string? text, out DateTimeOffset? time)
    {
        time = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed))
            return false;
        time = parsed;
        return true;
    }
}
