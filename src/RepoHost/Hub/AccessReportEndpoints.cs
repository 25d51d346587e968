using System.Text.Json;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary><c>GET /{repo}/user-access-report</c>: every request in every state as one file, written row by row: JSON (contract 6.7), or CSV with <c>?format=csv</c>.</summary>
internal static class AccessReportEndpoints
{
    private const int FlushEvery = 32 * 1024;

    public static void MapAccessReport(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapMethods($"{HubRoutes.WebId(type)}/user-access-report", HubRoutes.GetAndHead, ReportAsync).WithAccess(RouteAccess.Review, type);

    private static async Task ReportAsync(HttpContext context, AccessRequestList list)
    {
        var record = context.Repository().Record;
        var csv = context.Request.Query["format"] == "csv";
        var response = context.Response;
        response.ContentType = csv ? "text/csv; charset=utf-8" : "application/json";
        response.Headers.ContentDisposition = $"attachment; filename=user-access-report-{record.Namespace}-{record.Name}.{(csv ? "csv" : "json")}";
        response.Headers.CacheControl = "no-store";
        // Its rows are not read for nobody.
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (csv)
            await AccessReportCsv.WriteAsync(context, list);
        else
            await WriteJsonAsync(context, list);
    }

    private static async Task WriteJsonAsync(HttpContext context, AccessRequestList list)
    {
        var response = context.Response;
        await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        await foreach (var request in list.AllAsync(context.Repository().Record.Id, context.RequestAborted))
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
