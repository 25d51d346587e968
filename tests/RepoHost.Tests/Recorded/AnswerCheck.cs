using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RepoHost.Tests.Recorded;

/// <summary>An answer of this server.</summary>
/// <param name="Headers">By name, whatever its letter case; those of one name are joined.</param>
/// <param name="Json">Null when the body is not JSON.</param>
internal sealed record ReceivedAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes, JsonNode? Json)
{
    public string Text => Encoding.Latin1.GetString(Bytes);
}

/// <summary>
/// Compares an answer with the recorded one, in what its reader reads: presence and kind of each value, equality where it matters, absence. Ids, times, commits, the
/// order of entries and whatever nobody reads are not compared.
/// </summary>
internal static class AnswerCheck
{
    /// <returns>What is wrong; empty when all is right.</returns>
    public static IReadOnlyList<string> FindFaults(RecordedLine line, ReceivedAnswer answer)
    {
        if (answer.Status != line.Status)
            return [$"status {answer.Status}, wanted {line.Status}"];
        var faults = new List<string>();
        foreach (var read in line.Reads)
            faults.AddRange(FaultsOfRead(line, answer, read.TrimEnd('!'), read.EndsWith('!')));
        faults.AddRange(line.Absent.Where(name => Walk(answer.Json, Split(name)).Any()).Select(name => $"must not be there: {name}"));
        foreach (var name in line.Same.Where(name => !line.IsCut || name[0] == '@'))
        {
            if (FaultOfSame(line, answer, name) is { } fault)
                faults.Add(fault);
        }

        return faults;
    }

    private static IEnumerable<string> FaultsOfRead(RecordedLine line, ReceivedAnswer answer, string name, bool needed)
    {
        if (name[0] == '@')
            return FaultsOfHeader(line, answer, name);
        if (name == "(json)")
            return answer.Json is null ? ["the body is not JSON"] : [];
        var parts = Split(name);
        var (old, now) = (Walk(line.Answer, parts).ToList(), Walk(answer.Json, parts).ToList());
        if (old.Count > 0 && now.Count == 0)
            return [$"no {name}"];

        var faults = new List<string>();
        if (needed && parts[^1] != "[]" && Walk(answer.Json, parts.AsMemory()[..^1]).OfType<JsonObject>().Any(parent => !parent.ContainsKey(parts[^1])))
            faults.Add($"not everywhere: {name}");
        var wanted = old.Select(KindOf).ToHashSet();
        var odd = now.Select(KindOf).Where(kind => !wanted.Contains(kind)).Distinct().ToList();
        if (old.Count > 0 && odd.Count > 0)
            faults.Add($"{name} is {string.Join('/', odd)}, wanted {string.Join('/', wanted)}");
        return faults;
    }

    private static IEnumerable<string> FaultsOfHeader(RecordedLine line, ReceivedAnswer answer, string name)
    {
        if (Header(answer.Headers, name) is not { } got)
            return [$"no header {name[1..]}"];
        return name != "@Link" ? [] : KnownValues.Relations(line.AnswerHeaders.GetValueOrDefault("Link", "")).Keys
            .Except(KnownValues.Relations(got).Keys).Select(relation => $"no rel=\"{relation}\" in Link");
    }

    private static string? FaultOfSame(RecordedLine line, ReceivedAnswer answer, string name)
    {
        if (name == "(body)")
            return HasSameBody(line.Answer, answer) ? null : "the content differs";
        if (name[0] == '@')
        {
            var (old, now) = (Header(line.AnswerHeaders, name), Header(answer.Headers, name));
            return old == now ? null : $"{name[1..]} is {now}, wanted {old}";
        }

        var (before, after) = (Sorted(line.Answer, name), Sorted(answer.Json, name));
        return before.SequenceEqual(after) ? null : $"{name} is {Short(after)}, wanted {Short(before)}";
    }

    private static bool HasSameBody(JsonNode? recorded, ReceivedAnswer answer) => recorded switch
    {
        null => true,
        JsonObject bytes when bytes["sha256"] is { } hash => Convert.ToHexStringLower(SHA256.HashData(answer.Bytes)) == (string)hash!,
        JsonValue value when value.TryGetValue(out string? text) => Encoding.UTF8.GetString(answer.Bytes) == text,
        _ => JsonNode.DeepEquals(recorded, answer.Json),
    };

    private static List<string> Sorted(JsonNode? node, string name) =>
        [.. Walk(node, Split(name)).Select(value => value?.ToJsonString(RecordedLine.Plain) ?? "null").Order(StringComparer.Ordinal)];

    private static string Short(List<string> values) => string.Join(", ", values) is { Length: > 120 } text ? text[..120] + "…" : string.Join(", ", values);

    /// <summary><c>a.b</c>, <c>[]</c> for each entry of a list, <c>*</c> for each value of an object.</summary>
    private static string[] Split(string name) =>
        [.. name.Split('.').SelectMany(part => (string[])[part.Replace("[]", "", StringComparison.Ordinal), .. Enumerable.Repeat("[]", part.Split("[]").Length - 1)]).Where(part => part.Length > 0)];

    /// <summary>All values at a path; a JSON null is a value.</summary>
    private static IEnumerable<JsonNode?> Walk(JsonNode? node, ReadOnlyMemory<string> parts)
    {
        if (parts.IsEmpty)
            return [node];
        var (first, rest) = (parts.Span[0], parts[1..]);
        return (first, node) switch
        {
            ("[]", JsonArray list) => list.SelectMany(entry => Walk(entry, rest)),
            ("*", JsonObject all) => all.SelectMany(pair => Walk(pair.Value, rest)),
            (_, JsonObject parent) when parent.ContainsKey(first) => Walk(parent[first], rest),
            _ => [],
        };
    }

    private static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "text",
        JsonValueKind.Array => "list",
        _ => "object",
    };

    /// <summary><c>@A|@B</c> is either.</summary>
    private static string? Header(IReadOnlyDictionary<string, string> headers, string names) =>
        names.Split('|').Select(name => headers.GetValueOrDefault(name.TrimStart('@'))).FirstOrDefault(value => value is not null);
}
