using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RepoHost.Tests.Recorded;

/// <summary>
/// What this server calls things, for what they were called when the journey was recorded: ids, commits, addresses, tokens. They are learned from the answers and
/// put into the requests that follow.
/// </summary>
internal sealed partial class KnownValues(string endpoint, IReadOnlyDictionary<string, string> tokens)
{
    private const string Endpoint = "{endpoint}";

    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);

    /// <summary>The longest first: an address holds ids.</summary>
    public string Fill(string text)
    {
        foreach (var (old, now) in known.Where(pair => text.Contains(pair.Key, StringComparison.Ordinal)).OrderByDescending(pair => pair.Key.Length).ToArray())
            text = text.Replace(old, now, StringComparison.Ordinal);
        foreach (var (name, token) in tokens)
            text = text.Replace($"{{{name}}}", token, StringComparison.Ordinal);
        return text.Replace(Endpoint, endpoint, StringComparison.Ordinal);
    }

    /// <summary>Walks a recorded answer and this server's side by side.</summary>
    public void Learn(JsonNode? old, JsonNode? now)
    {
        switch (old, now)
        {
            case (JsonObject before, JsonObject after):
                foreach (var (key, value) in before)
                    Learn(value, after[key]);
                break;
            case (JsonArray before, JsonArray after):
                foreach (var (a, b) in before.Zip(after))
                    Learn(a, b);
                break;
            case (JsonValue before, JsonValue after) when before.TryGetValue(out string? a) && after.TryGetValue(out string? b):
                Learn(a, b);
                break;
        }
    }

    public void Learn(string old, string now)
    {
        if (old == now)
            return;
        if (old.StartsWith(Endpoint, StringComparison.Ordinal) && now.StartsWith(endpoint, StringComparison.Ordinal))
        {
            known[old] = now;
            if (NamesSomething().IsMatch(old[Endpoint.Length..]))
                known[old[Endpoint.Length..]] = now[endpoint.Length..];
            LearnCommits(old, now);
        }
        else if (IsId().IsMatch(old))
        {
            // An id of another kind is not what the client would send: git's id of a file, where the recorded one was that of an LFS object.
            if (!IsHash().IsMatch(old) || old.Length == now.Length)
                known[old] = now;
        }
        else
        {
            // Text such as git's list of refs, or a Link header.
            var here = Relations(now);
            foreach (var (relation, address) in Relations(old))
            {
                if (here.TryGetValue(relation, out var found))
                    Learn(address, found);
            }

            LearnCommits(old, now);
        }
    }

    /// <summary>The addresses of a <c>Link</c> header by their relation.</summary>
    public static Dictionary<string, string> Relations(string link) =>
        Relation().Matches(link).GroupBy(match => match.Groups[2].Value).ToDictionary(group => group.Key, group => group.Last().Groups[1].Value);

    private void LearnCommits(string old, string now)
    {
        var (before, after) = (Commit().Matches(old), Commit().Matches(now));
        if (before.Count != after.Count)
            return;
        foreach (var (a, b) in before.Zip(after))
        {
            if (a.Groups[1].Value != b.Groups[1].Value)
                known[a.Groups[1].Value] = b.Groups[1].Value;
        }
    }

    [GeneratedRegex("[0-9a-f]{20}|\\{|[?]")]
    private static partial Regex NamesSomething();

    [GeneratedRegex("^(?:[0-9a-f]{24,64}|\\{[\\w-]+\\}|[\\w.~/+=-]{32,}|[A-Z0-9]{4}-[A-Z0-9]{4})$")]
    private static partial Regex IsId();

    [GeneratedRegex("^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
    private static partial Regex IsHash();

    [GeneratedRegex("<([^>]+)>;\\s*rel=\"([^\"]+)\"")]
    private static partial Regex Relation();

    /// <summary>Git puts a length of four digits in front.</summary>
    [GeneratedRegex("(?<![0-9a-f])(?:[0-9a-f]{4})?([0-9a-f]{40})(?![0-9a-f])")]
    private static partial Regex Commit();
}
