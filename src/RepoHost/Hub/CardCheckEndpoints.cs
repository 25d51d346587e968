using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

internal sealed record CardRemark(string Message);

internal sealed record CardCheck(IReadOnlyList<CardRemark> Errors, IReadOnlyList<CardRemark> Warnings);

/// <summary>
/// <c>POST /api/validate-yaml</c> (contract 7.6). Python asks before each commit of a README.md and parses the answer before it looks at the status, so it
/// is JSON whatever happens (trap T26).
/// </summary>
internal static class CardCheckEndpoints
{
    private const int MaxBody = 4 << 20;

    private static readonly Refusal Busy = new(503, null, "The server checks many cards just now. Send the request again in a moment.", null);
    private static readonly Refusal TooLong = new(413, null, "The request is larger than 4 MB. A card is a text: shorten README.md.", null);

    public static void MapCardCheck(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/validate-yaml", CheckAsync).WithAccess(RouteAccess.Anyone).AtLowPriority();

    private static async Task<Results<Ok<CardCheck>, BadRequest<CardCheck>, Refused>> CheckAsync(HttpContext context, CardCheckTurns turns)
    {
        var (fault, document) = await JsonBody.ReadOrSayAsync(context, MaxBody);
        using var body = document;
        if (fault == JsonBodyFault.TooLong)
            return (Refused)TooLong;
        var fields = new BodyFields(body);
        var type = AskedRepository.TypeIn(fields, "repoType");
        var content = fields.Text("content");
        if (content is null)
            fields.Wrong("content", "Invalid input: expected the text of README.md");
        if (fields.Fault is { } invalid)
            return TypedResults.BadRequest(new CardCheck([new(invalid.Message)], []));

        // Once the body is there: a slow sender holds up nobody.
        using var turn = await turns.TryEnterAsync(TransferLimits.Key(context), context.RequestAborted);
        return turn is null ? (Refused)Busy : await JudgeAsync(content!, type, context.RequestAborted);
    }

    private static async Task<Results<Ok<CardCheck>, BadRequest<CardCheck>, Refused>> JudgeAsync(string content, RepositoryType type, CancellationToken cancellationToken)
    {
        // As much as is read of a card in a repository, cut between characters.
        var beginning = new byte[Math.Min(Encoding.UTF8.GetMaxByteCount(content.Length), CardReader.CardBytes)];
        Encoding.UTF8.GetEncoder().Convert(content, beginning, flush: false, out _, out var length, out _);
        var card = await CardWork.ReadAsync(beginning.AsMemory(0, length), cancellationToken);
        var remarks = card.Problems.ToLookup(problem => problem.ClosesGate, problem => new CardRemark(CardProblemText.Of(problem)));
        if (!card.Readable)
            return TypedResults.BadRequest(new CardCheck([.. remarks[true]], [.. remarks[false]]));
        var metadata = card.Metadata is { } front ? CardMetadata.Check(front, type) : null;
        CardRemark[] warnings = [.. remarks[false], .. Missing(card, type), .. metadata?.Warnings.Select(warning => new CardRemark(warning)) ?? []];
        return metadata is { Errors.Count: > 0 }
            ? TypedResults.BadRequest(new CardCheck([.. metadata.Errors.Select(error => new CardRemark(error))], warnings))
            : TypedResults.Ok(new CardCheck([], warnings));
    }

    private static IEnumerable<CardRemark> Missing(ModelCard card, RepositoryType type)
    {
        if (card.Metadata is not { Count: > 0 })
            yield return new("empty or missing yaml metadata in repo card");
        if (type == RepositoryType.Space && card.Metadata?["sdk"] is null)
            yield return new("the card of a Space needs the key sdk: gradio, streamlit, docker or static");
    }
}
