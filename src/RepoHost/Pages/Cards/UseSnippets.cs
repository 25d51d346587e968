using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Cards;

/// <summary>
/// "Use this model": the ways that the card's library and task suggest, then those that work for everything. All of them carry this server's address, for the
/// clients ask huggingface.co otherwise. Names of repositories hold nothing that a shell or Python would read as more than a name.
/// </summary>
internal static class UseSnippets
{
    /// <summary>The class that transformers loads a task with; tasks that are not here are loaded with AutoModel.</summary>
    private static readonly Dictionary<string, string> AutoClasses = new(StringComparer.Ordinal)
    {
        ["text-generation"] = "AutoModelForCausalLM",
        ["text-classification"] = "AutoModelForSequenceClassification",
        ["zero-shot-classification"] = "AutoModelForSequenceClassification",
        ["token-classification"] = "AutoModelForTokenClassification",
        ["question-answering"] = "AutoModelForQuestionAnswering",
        ["fill-mask"] = "AutoModelForMaskedLM",
        ["summarization"] = "AutoModelForSeq2SeqLM",
        ["translation"] = "AutoModelForSeq2SeqLM",
        ["image-classification"] = "AutoModelForImageClassification",
        ["object-detection"] = "AutoModelForObjectDetection",
        ["automatic-speech-recognition"] = "AutoModelForSpeechSeq2Seq",
    };

    /// <summary>Tasks that <c>pipeline()</c> knows by these names.</summary>
    private static readonly HashSet<string> Pipelines =
    [
        "text-generation", "text-classification", "token-classification", "question-answering", "fill-mask", "summarization", "translation", "feature-extraction", "zero-shot-classification",
        "image-classification", "object-detection", "image-segmentation", "automatic-speech-recognition", "audio-classification", "text-to-speech", "image-to-text", "image-text-to-text", "depth-estimation",
    ];

    /// <param name="server">The server's address.</param>
    /// <param name="guarded">Gated or private: a token is needed.</param>
    /// <param name="file">A file to show curl with; null without one.</param>
    public static IReadOnlyList<UseSnippet> Of(RepositoryRecord record, CardPolicy card, string server, bool guarded, string branch, string? file)
    {
        var found = new FoundRepository(record, card);
        var all = new List<UseSnippet>();
        if (record.Type == RepositoryType.Model)
            all.AddRange(OfModel(record.FullName, found, server, guarded));
        if (record.Type == RepositoryType.Dataset)
            all.Add(new("datasets", "python", Python(server, guarded, $"from datasets import load_dataset\n\ndataset = load_dataset(\"{record.FullName}\")")));

        var (type, flag) = record.Type == RepositoryType.Model ? ("", "") : ($", repo_type=\"{record.Type.Singular()}\"", $" --repo-type {record.Type.Singular()}");
        var address = $"{server}/{record.Type.Prefix()}{record.FullName}";
        all.Add(new("huggingface_hub", "python", Python(server, guarded, $"from huggingface_hub import snapshot_download\n\nfolder = snapshot_download(\"{record.FullName}\"{type})")));
        all.Add(new("hf", "shell", Shell(server, guarded, $"hf download {record.FullName}{flag}")));
        all.Add(new("git", "shell", $"git lfs install\ngit clone {address}", guarded ? "git asks for your user name and, as the password, an access token." : null));
        if (file is not null)
            all.Add(new("curl", "shell", $"curl -fL -O{(guarded ? " -H \"Authorization: Bearer $HF_TOKEN\"" : "")} {address}/resolve/{Uri.EscapeDataString(branch)}/{file}"));
        return all;
    }

    private static IEnumerable<UseSnippet> OfModel(string id, FoundRepository found, string server, bool guarded)
    {
        // A task of another name stays out of what is pasted into a terminal.
        var task = found.Word("pipeline_tag") is { } word && Pipelines.Contains(word) ? word : null;
        var (library, tags) = (found.Word("library_name"), found.Tags);
        if (library == "transformers" || (library is null && task is not null))
        {
            var auto = AutoClasses.GetValueOrDefault(task ?? "", "AutoModel");
            if (task is not null)
                yield return new("transformers", "python", Python(server, guarded, $"from transformers import pipeline\n\npipe = pipeline(\"{task}\", model=\"{id}\")"));
            yield return new(
                task is null ? "transformers" : "transformers, in parts",
                "python",
                Python(server, guarded, $"from transformers import AutoTokenizer, {auto}\n\ntokenizer = AutoTokenizer.from_pretrained(\"{id}\")\nmodel = {auto}.from_pretrained(\"{id}\")"));
        }

        if (library == "diffusers")
            yield return new("diffusers", "python", Python(server, guarded, $"from diffusers import DiffusionPipeline\n\npipe = DiffusionPipeline.from_pretrained(\"{id}\")"));
        if (library == "sentence-transformers" || tags.Contains("sentence-transformers"))
            yield return new("sentence-transformers", "python", Python(server, guarded, $"from sentence_transformers import SentenceTransformer\n\nmodel = SentenceTransformer(\"{id}\")"));
        if (library == "transformers.js" || (tags.Contains("onnx") && task is not null))
            yield return new("transformers.js", "javascript", JavaScript(id, task, server, guarded));
        if (library == "gguf" || tags.Contains("gguf"))
            yield return new("llama.cpp", "shell", Shell(server, guarded, $"llama-server -hf {id}"));
    }

    /// <summary>Set before the import: the library reads its address once.</summary>
    private static string Python(string server, bool guarded, string code) =>
        $"import os\n\nos.environ[\"HF_ENDPOINT\"] = \"{server}\"\n{(guarded ? "os.environ[\"HF_TOKEN\"] = \"hf_...\"  # your access token\n" : "")}\n{code}";

    private static string Shell(string server, bool guarded, string command) =>
        $"export HF_ENDPOINT={server}\n{(guarded ? "export HF_TOKEN=hf_...  # your access token\n" : "")}{command}";

    /// <summary>transformers.js sends HF_TOKEN to huggingface.co only; another server's token is added by hand.</summary>
    private static string JavaScript(string id, string? task, string server, bool guarded)
    {
        var token = guarded
            ? "env.fetch = (url, init = {}) => {\n  const headers = new Headers(init.headers);\n  headers.set('Authorization', `Bearer ${process.env.HF_TOKEN}`);\n  return fetch(url, { ...init, headers });\n};\n"
            : "";
        return $"import {{ env, pipeline }} from '@huggingface/transformers';\n\nenv.remoteHost = '{server}/';\n{token}const pipe = await pipeline('{task ?? "feature-extraction"}', '{id}');";
    }
}
