using System.Text.Json;
using System.Text.Json.Nodes;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Storage;

namespace RepoHost.Gating;

/// <summary>What the files of a model say about it, for a card that doesn't.</summary>
/// <param name="Tags">Formats of its files; library and task are not among them, because the card may say otherwise.</param>
/// <param name="Parameters">How many numbers of each kind its safetensors files hold; empty when that is not known.</param>
internal sealed record ModelContents(string? Task, string? Library, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, long> Parameters)
{
    public static readonly ModelContents None = new(null, null, [], new Dictionary<string, long>());

    /// <summary>Null when nobody knows.</summary>
    public long? Total => Parameters.Count == 0
        ? null
        : Parameters.Values.Aggregate(0L, (sum, count) => sum > long.MaxValue - count ? long.MaxValue : sum + count);
}

/// <summary>
/// Derives a model's task, library and formats from the names of its files and from its small JSON files, and counts its parameters. Done once for each commit,
/// within bounds: a repository with very many files is known by the first of them.
/// </summary>
internal sealed class ModelContentsReader(RepositoryFiles files, LfsBindings bindings, IBlobStore blobs)
{
    public const string ConfigName = "config.json";

    private const int MostEntries = 20_000;

    /// <summary>Of the files whose parameters are counted; a model in more parts has a number that is not known here.</summary>
    private const int MostParts = 200;

    /// <summary>Of all their headers together.</summary>
    private const long MostHeaderBytes = 32L << 20;

    private const int MostDepth = 32;
    private const long Budget = 4L << 20;
    private const int Weight = 1500;

    private static readonly TreePath Config = TreePath.Parse(ConfigName);
    private static readonly TreePath Diffusers = TreePath.Parse("model_index.json");
    private static readonly TreePath SentenceTransformers = TreePath.Parse("modules.json");
    private static readonly TreePath Adapter = TreePath.Parse("adapter_config.json");

    private static readonly Dictionary<string, string> TasksOfAdapters = new(StringComparer.Ordinal)
    {
        ["CAUSAL_LM"] = "text-generation",
        ["SEQ_2_SEQ_LM"] = "text2text-generation",
        ["SEQ_CLS"] = "text-classification",
        ["TOKEN_CLS"] = "token-classification",
        ["QUESTION_ANS"] = "question-answering",
        ["FEATURE_EXTRACTION"] = "feature-extraction",
    };

    private readonly BoundedCache<(string RepositoryId, GitOid Commit)> known = new(Budget);

    /// <param name="commit">Null in a repository without commits.</param>
    public async ValueTask<ModelContents> ReadAsync(RepositoryType type, GitRepository git, GitOid? commit, CancellationToken cancellationToken)
    {
        if (type != RepositoryType.Model || commit is not { } at)
            return ModelContents.None;
        if (known.TryGet<ModelContents>((git.Id, at), out var contents))
            return contents;
        contents = await DeriveAsync(git, at, cancellationToken);
        known.Add((git.Id, at), contents, Weight);
        return contents;
    }

    /// <summary>What config.json of a commit says. Null when there is none that is an object, or it is too large to be one.</summary>
    public JsonObject? ConfigOf(GitRepository git, GitOid commit) => Json(git, commit, Config) as JsonObject;

    private async Task<ModelContents> DeriveAsync(GitRepository git, GitOid commit, CancellationToken cancellationToken)
    {
        var formats = new List<string>();
        var parts = new List<RepositoryFile>();
        foreach (var entry in git.Walk(commit, TreePath.Root).Take(MostEntries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Kind is not (GitEntryKind.File or GitEntryKind.Executable))
                continue;
            if (FormatOf(entry.Path.Name) is { } format && !formats.Contains(format))
                formats.Add(format);
            if (entry.Path.Parent.IsRoot && entry.Path.Name.EndsWith(".safetensors", StringComparison.Ordinal))
                parts.Add(files.Describe(git, entry));
        }

        var (task, library, extra) = Of(git, commit, formats);
        var counted = await CountAsync(git, parts, cancellationToken);
        return new(task, library, [.. formats.Concat(extra).Distinct(StringComparer.Ordinal)], counted ?? ModelContents.None.Parameters);
    }

    private (string? Task, string? Library, List<string> Tags) Of(GitRepository git, GitOid commit, List<string> formats)
    {
        var config = ConfigOf(git, commit);
        var tags = TagsOf(config);
        var architecture = (config?["architectures"] as JsonArray)?.FirstOrDefault() is { } first ? Text(first) : null;
        var task = architecture is null ? null
            : ModelArchitecture.TaskOf(architecture, Has(config, "vision_config"), Has(config, "audio_config"));

        if (Json(git, commit, Diffusers) is JsonObject pipeline && Text(pipeline["_class_name"]) is { } pipelineClass)
            return (TaskOfPipeline(pipelineClass), "diffusers", [$"diffusers:{pipelineClass}"]);
        if (Json(git, commit, SentenceTransformers) is JsonArray modules && modules.Any(IsOfSentenceTransformers))
            return ("sentence-similarity", "sentence-transformers", tags);
        if (Json(git, commit, Adapter) is JsonObject adapter && Text(adapter["peft_type"]) is { } kind)
        {
            var ofAdapter = Text(adapter["task_type"]) is { } name ? TasksOfAdapters.GetValueOrDefault(name) : null;
            return (ofAdapter, "peft", [kind.ToLowerInvariant()]);
        }

        var library = config is not null && (architecture is not null || Has(config, "model_type")) ? "transformers" : formats.Contains("gguf") ? "gguf" : null;
        return (task, library, tags);
    }

    private static List<string> TagsOf(JsonObject? config)
    {
        var tags = new List<string>();
        if (Has(config, "auto_map"))
            tags.Add("custom_code");
        if (config?["quantization_config"] is JsonObject quantization)
        {
            if (quantization["bits"] is JsonValue value && value.TryGetValue(out int bits) && bits is > 0 and <= 16)
                tags.Add(FormattableString.Invariant($"{bits}-bit"));
            if (Text(quantization["quant_method"]) is { } method)
                tags.Add(method);
        }

        return tags;
    }

    private static string? TaskOfPipeline(string name) =>
        name.Contains("TextToVideo", StringComparison.Ordinal) ? "text-to-video"
        : name.Contains("ImageToVideo", StringComparison.Ordinal) || name.Contains("VideoDiffusion", StringComparison.Ordinal) ? "image-to-video"
        : name.Contains("Img2Img", StringComparison.Ordinal) || name.Contains("Inpaint", StringComparison.Ordinal)
            || name.Contains("InstructPix2Pix", StringComparison.Ordinal) || name.Contains("Upscale", StringComparison.Ordinal) ? "image-to-image"
        : name.Contains("Audio", StringComparison.Ordinal) ? "text-to-audio"
        : name is "DDPMPipeline" or "DDIMPipeline" or "PNDMPipeline" or "ScoreSdeVePipeline" ? "unconditional-image-generation"
        : name.EndsWith("Pipeline", StringComparison.Ordinal) ? "text-to-image" : null;

    private static string? FormatOf(string name) => Path.GetExtension(name) switch
    {
        ".gguf" => "gguf",
        ".onnx" => "onnx",
        ".tflite" => "tflite",
        ".keras" => "keras",
        ".nemo" => "nemo",
        ".mlmodel" => "coreml",
        ".pt" or ".pth" => "pytorch",
        ".bin" when name.StartsWith("pytorch_model", StringComparison.Ordinal) => "pytorch",
        ".h5" when name.StartsWith("tf_model", StringComparison.Ordinal) => "tf",
        ".msgpack" when name.StartsWith("flax_model", StringComparison.Ordinal) => "jax",
        ".xml" when name.StartsWith("openvino", StringComparison.Ordinal) => "openvino",
        _ when name.StartsWith("events.out.tfevents.", StringComparison.Ordinal) => "tensorboard",
        _ => null,
    };

    /// <summary>Null when one of them can't be counted: part of a number is no number.</summary>
    private async Task<Dictionary<string, long>?> CountAsync(GitRepository git, List<RepositoryFile> parts, CancellationToken cancellationToken)
    {
        var (counted, bytes) = (new Dictionary<string, long>(StringComparer.Ordinal), 0L);
        if (parts.Count > MostParts)
            return null;
        foreach (var part in parts)
        {
            if (await HeaderAsync(git, part, MostHeaderBytes - bytes, cancellationToken) is not { } header || !SafetensorsHeader.TryCount(header, counted))
                return null;
            bytes += header.Length;
        }

        return counted;
    }

    private async Task<byte[]?> HeaderAsync(GitRepository git, RepositoryFile part, long most, CancellationToken cancellationToken)
    {
        const int Before = SafetensorsHeader.LengthBytes;
        if (part.Lfs is not { } pointer)
        {
            return git.ReadSmallBlob(part.Entry.Oid) is { } small && SafetensorsHeader.LengthIn(small.Span) is { } size && small.Length - Before >= size
                ? small.Slice(Before, size).ToArray()
                : null;
        }

        // A pointer to somebody else's object tells nothing about it.
        if (!await bindings.IsBoundAsync(git.Id, pointer.Oid, cancellationToken))
            return null;
        using var lease = await blobs.TryOpenAsync(pointer.Oid.ToString(), cancellationToken);
        if (lease is null)
            return null;
        var beginning = new byte[Before];
        if (RandomAccess.Read(lease.File, beginning, 0) != Before || SafetensorsHeader.LengthIn(beginning) is not { } length || length > most)
            return null;
        var header = new byte[length];
        for (var at = 0; at < length;)
        {
            var read = await RandomAccess.ReadAsync(lease.File, header.AsMemory(at), Before + at, cancellationToken);
            if (read == 0)
                return null;
            at += read;
        }

        return header;
    }

    private JsonNode? Json(GitRepository git, GitOid commit, TreePath path)
    {
        if (files.Find(git, commit, path) is not { Lfs: null, Entry.Kind: GitEntryKind.File or GitEntryKind.Executable } file
            || git.ReadSmallBlob(file.Entry.Oid) is not { } content)
            return null;
        try
        {
            var node = JsonNode.Parse(content.Span, null, new JsonDocumentOptions { MaxDepth = MostDepth });
            // Twice the same key is found out only when the object is looked into.
            Look(node);
            return node;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Look(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject found:
                foreach (var (_, value) in found)
                    Look(value);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Look(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
        }
    }

    private static bool IsOfSentenceTransformers(JsonNode? module) =>
        Text((module as JsonObject)?["type"])?.StartsWith("sentence_transformers.", StringComparison.Ordinal) == true;

    private static bool Has(JsonObject? config, string key) => config?[key] is not null;

    /// <summary>Null for anything but a word.</summary>
    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) && text.Length is > 0 and <= 200 ? text : null;
}
