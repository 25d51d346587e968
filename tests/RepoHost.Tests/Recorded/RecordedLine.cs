using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RepoHost.Tests.Recorded;

/// <summary>One line of a recording: a request, its answer, and what of the answer its sender reads. README.md beside the recordings has the keys.</summary>
internal sealed class RecordedLine
{
    /// <summary>Without the escapes of <c>System.Text.Json</c>'s default, which look at HTML: what is put together here is compared and sent.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject line;

    private RecordedLine(JsonObject line) => this.line = line;

    public int Number => (int)line["n"]!;
    public string Step => (string?)line["step"] ?? "";

    /// <summary>Prepares a repository, or does another person's part: only its status counts.</summary>
    public bool IsSetup => (bool?)line["setup"] == true;

    /// <summary>A person acts in a browser here.</summary>
    public bool IsOutside => line.ContainsKey("outside");

    /// <summary>Why it can't be sent again.</summary>
    public string? Skipped => (string?)line["skip"] ?? (line["body"] is JsonObject body && IsBytes(body) && !body.ContainsKey("make") && !body.ContainsKey("base64") ? "the body was not kept" : null);

    public int Wait => (int?)line["wait"] ?? 0;
    public string Method => (string)line["method"]!;

    /// <summary>Path and query as they were on the wire.</summary>
    public string Address => (string)line["path"]! + ((string?)line["query"] is { Length: > 0 } query ? "?" + query : "");

    public int Status => (int)line["status"]!;
    public JsonNode? Answer => line["answer"];
    public bool IsCut => (bool?)line["answer_cut"] == true;
    public IReadOnlyList<string> Reads => Texts("reads");
    public IReadOnlyList<string> Same => Texts("same");
    public IReadOnlyList<string> Absent => Texts("absent");
    public IReadOnlyDictionary<string, string> Headers => Pairs("headers");
    public IReadOnlyDictionary<string, string> AnswerHeaders => Pairs("answer_headers");

    public static IEnumerable<RecordedLine> Read(string file) => File.ReadLines(file).Select(text => new RecordedLine(JsonNode.Parse(text)!.AsObject()));

    /// <summary>What is to be sent; null for nothing.</summary>
    /// <param name="fill">Puts this server's values in place of the recorded ones.</param>
    public byte[]? Body(Func<string, string> fill) => line["body"] switch
    {
        null => null,
        JsonObject bytes when IsBytes(bytes) => bytes["make"] is { } make ? Make((string)make["seed"]!, (int)make["size"]!) : Convert.FromBase64String((string)bytes["base64"]!),
        JsonValue value when value.TryGetValue(out string? text) => Encoding.UTF8.GetBytes(fill(text)),
        var json => Encoding.UTF8.GetBytes(fill(json.ToJsonString(Plain))),
    };

    private static bool IsBytes(JsonObject body) => body.ContainsKey("sha256") && body.ContainsKey("size");

    /// <summary>Bytes that anybody can make again: SHA-256("seed:0"), SHA-256("seed:1") and so on, as many as are needed.</summary>
    private static byte[] Make(string seed, int size)
    {
        var made = new List<byte>(size + 32);
        for (var i = 0; made.Count < size; i++)
            made.AddRange(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{i}")));
        return [.. made.Take(size)];
    }

    private IReadOnlyList<string> Texts(string key) => line[key] is JsonArray list ? [.. list.Select(text => (string)text!)] : [];

    private Dictionary<string, string> Pairs(string key) =>
        line[key] is JsonObject pairs ? pairs.ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.OrdinalIgnoreCase) : [];
}
