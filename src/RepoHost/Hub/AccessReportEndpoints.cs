using System.Text.Json;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary><c>GET /{repo}/user-access-report</c>: every request in every state as one JSON file (contract 6.7), written row by row.</summary>
internal static class AccessReportEndpoints
{
    private const int FlushEvery = 32 * 1024;

    public static void MapAccessReport(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapGet($"{HubRoutes.WebId(type)}/user-access-report", ReportAsync).WithAccess(RouteAccess.Review, type);

    private static async Task ReportAsync(HttpContext context, AccessRequestList list)
    {
        var record = context.Repository().Record;
        var response = context.Response;
        response.ContentType = "application/json";
        response.Headers.ContentDisposition = $"attachment; filename=user-access-report-{record.Namespace}-{record.Name}.json";
        response.Headers.CacheControl = "no-store";

        await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        await foreach (var request in list.AllAsync(record.Id, context.RequestAborted))
        {
            AccessRequestJson.ReportItem(request).WriteTo(json);
            if (json.BytesPending < FlushEvery)
                continue;
            json.Flush();
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        json.WriteEndArray();
        await json.FlushAsync(context.RequestAborted);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
