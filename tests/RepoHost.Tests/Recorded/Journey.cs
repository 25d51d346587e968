using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RepoHost.Tests.Recorded;

/// <summary>A line that is answered wrongly, and how.</summary>
internal sealed record WrongLine(int Number, string What);

/// <summary>Sends the requests of one recording to a server, in their order, and compares the answers.</summary>
/// <param name="approve">Does what the person does in the browser whose login waits; given the answer that began it.</param>
internal sealed class Journey(HttpClient client, KnownValues known, Func<JsonNode, Task> approve)
{
    /// <summary>Headers of answers that later requests are made of.</summary>
    private static readonly string[] Learned = ["Location", "Link", "X-Repo-Commit"];

    private JsonNode? login;

    /// <summary>How many lines were compared, those that prepare something not counted.</summary>
    public int Compared { get; private set; }

    public async Task<IReadOnlyList<WrongLine>> PlayAsync(IEnumerable<RecordedLine> lines)
    {
        var wrong = new List<WrongLine>();
        foreach (var line in lines)
        {
            if (line.IsOutside)
            {
                await approve(login!);
                continue;
            }

            if (line.Skipped is not null)
                continue;
            // A login that asks too often is told to slow down.
            if (line.Wait > 0)
                await Task.Delay(TimeSpan.FromSeconds(line.Wait));
            var answer = await SendAsync(line);
            Learn(line, answer);
            Compared += line.IsSetup ? 0 : 1;
            if (AnswerCheck.FindFaults(line, answer) is { Count: > 0 } faults)
                wrong.Add(new(line.Number, $"{line.Method} {line.Address} ({line.Step}): {string.Join("; ", faults)}"));
        }

        return wrong;
    }

    private async Task<ReceivedAnswer> SendAsync(RecordedLine line)
    {
        using var request = new HttpRequestMessage(new(line.Method), known.Fill(line.Address));
        if (line.Body(known.Fill) is { } body)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in line.Headers)
        {
            var filled = known.Fill(value);
            if (filled.StartsWith("Basic ", StringComparison.Ordinal))
                filled = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(filled["Basic ".Length..]));
            if (!request.Headers.TryAddWithoutValidation(name, filled) && name != "Content-Length")
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, filled);
        }

        using var response = await client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new((int)response.StatusCode, HeadersOf(response), bytes, response.Content.Headers.ContentType is { } type ? Parse(type, bytes) : null);
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);

    private static JsonNode? Parse(MediaTypeHeaderValue type, byte[] bytes)
    {
        if (type.MediaType?.Contains("json", StringComparison.Ordinal) != true)
            return null;
        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Learn(RecordedLine line, ReceivedAnswer answer)
    {
        if (answer.Json is JsonObject json && json.ContainsKey("verification_uri_complete"))
            login = json;
        if (answer.Json is not null)
            known.Learn(line.Answer, answer.Json);
        else if (line.Answer is JsonValue value && value.TryGetValue(out string? text))
            known.Learn(text, answer.Text);
        foreach (var name in Learned)
        {
            if (line.AnswerHeaders.TryGetValue(name, out var old) && answer.Headers.TryGetValue(name, out var now))
                known.Learn(old, now);
        }
    }
}
