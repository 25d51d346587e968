using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// The access report for spreadsheets: RFC 4180, UTF-8 with the mark by which they know it, one column for each label that was ever answered. Read twice, first
/// for the labels and then row by row, so that neither the number of requests nor what people write decides how much memory it takes.
/// </summary>
internal static class AccessReportCsv
{
    /// <summary>Answers under more labels than this go into one last column together.</summary>
    private const int MostLabels = 300;

    /// <summary>The last column: programs that count columns find the others where they were.</summary>
    private const string EmailStanding = "email confirmed";

    private const int FlushEvery = 32 * 1024;

    private static readonly string[] Columns = ["user", "fullname", "email", "time", "reviewedAt", "status", "grantedBy", "reason", "type"];
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, AccessRequestList list)
    {
        var repository = context.Repository();
        var writer = context.Response.BodyWriter;
        var answered = await list.AnsweredLabelsAsync(repository.Record.Id, MostLabels + 1, context.RequestAborted);
        // In the order of the present card, as far as it asks for them.
        var asked = repository.Policy.Form.Fields.Select(f => f.Label).ToList();
        var labels = answered.Take(MostLabels).OrderBy(label => asked.IndexOf(label) is var at and >= 0 ? at : int.MaxValue).ToList();
        var known = labels.ToHashSet(StringComparer.Ordinal);
        var others = answered.Count > MostLabels;

        var text = new StringBuilder("\uFEFF");
        CsvLine.Append(text, [.. Columns, .. labels, .. others ? ["other answers"] : Array.Empty<string>(), EmailStanding]);
        await foreach (var request in list.AllAsync(repository.Record.Id, context.RequestAborted))
        {
            var answers = new Dictionary<string, string>(StoredAnswers.Read(request.Fields), StringComparer.Ordinal);
            string?[] rest = others ? [Rest(answers.Where(a => !known.Contains(a.Key)))] : [];
            CsvLine.Append(text, [.. Cells(request), .. labels.Select(label => answers.GetValueOrDefault(label)), .. rest, Confirmed(request)]);
            if (text.Length < FlushEvery)
                continue;
            Encoding.UTF8.GetBytes(text.ToString(), writer);
            text.Clear();
            await writer.FlushAsync(context.RequestAborted);
        }

        Encoding.UTF8.GetBytes(text.ToString(), writer);
        await writer.FlushAsync(context.RequestAborted);
    }

    private static IEnumerable<string?> Cells(AccessRequest request)
    {
        var user = request.User!;
        yield return user.UserName;
        yield return user.FullName.Length > 0 ? user.FullName : user.UserName;
        // Whoever was granted access without asking has not agreed to share the address.
        yield return request.Asked ? user.Email : null;
        yield return HubTime.Write(request.RequestedAt);
        yield return request.ReviewedAt is { } reviewed ? HubTime.Write(reviewed) : null;
        yield return AccessRequestJson.Word(request.State);
        yield return request.GrantedBy?.UserName;
        yield return request.Reason;
        yield return user.IsService ? "service" : "user";
    }

    /// <summary>Empty where the address is not told.</summary>
    private static string? Confirmed(AccessRequest request) => !request.Asked ? null : request.User!.EmailConfirmed ? "confirmed" : "not confirmed";

    private static string? Rest(IEnumerable<KeyValuePair<string, string>> answers)
    {
        var rest = answers.ToDictionary();
        return rest.Count == 0 ? null : JsonSerializer.Serialize(rest, Readable);
    }
}
