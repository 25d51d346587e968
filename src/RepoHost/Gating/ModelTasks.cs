namespace RepoHost.Gating;

/// <summary>What a model is for.</summary>
/// <param name="Id">As <c>pipeline_tag</c> and <c>task_categories</c> name it.</param>
/// <param name="Label">For people.</param>
/// <param name="Modality">nlp, cv, audio, multimodal, rl, tabular or other.</param>
internal sealed record ModelTask(string Id, string Label, string Modality);

/// <summary>The tasks that the Hub knows. Cards may name others.</summary>
internal static class ModelTasks
{
    public static IReadOnlyList<ModelTask> Known { get; } =
    [
        new("text-classification", "Text Classification", "nlp"),
        new("token-classification", "Token Classification", "nlp"),
        new("table-question-answering", "Table Question Answering", "nlp"),
        new("question-answering", "Question Answering", "nlp"),
        new("zero-shot-classification", "Zero-Shot Classification", "nlp"),
        new("translation", "Translation", "nlp"),
        new("summarization", "Summarization", "nlp"),
        new("feature-extraction", "Feature Extraction", "nlp"),
        new("text-generation", "Text Generation", "nlp"),
        new("fill-mask", "Fill-Mask", "nlp"),
        new("sentence-similarity", "Sentence Similarity", "nlp"),
        new("text-to-speech", "Text-to-Speech", "audio"),
        new("text-to-audio", "Text-to-Audio", "audio"),
        new("automatic-speech-recognition", "Automatic Speech Recognition", "audio"),
        new("audio-to-audio", "Audio-to-Audio", "audio"),
        new("audio-classification", "Audio Classification", "audio"),
        new("audio-text-to-text", "Audio-Text-to-Text", "multimodal"),
        new("voice-activity-detection", "Voice Activity Detection", "audio"),
        new("depth-estimation", "Depth Estimation", "cv"),
        new("image-classification", "Image Classification", "cv"),
        new("object-detection", "Object Detection", "cv"),
        new("image-segmentation", "Image Segmentation", "cv"),
        new("text-to-image", "Text-to-Image", "cv"),
        new("image-to-text", "Image-to-Text", "cv"),
        new("image-to-image", "Image-to-Image", "cv"),
        new("image-to-video", "Image-to-Video", "cv"),
        new("unconditional-image-generation", "Unconditional Image Generation", "cv"),
        new("video-classification", "Video Classification", "cv"),
        new("reinforcement-learning", "Reinforcement Learning", "rl"),
        new("robotics", "Robotics", "rl"),
        new("tabular-classification", "Tabular Classification", "tabular"),
        new("tabular-regression", "Tabular Regression", "tabular"),
        new("tabular-to-text", "Tabular to Text", "tabular"),
        new("table-to-text", "Table to Text", "nlp"),
        new("multiple-choice", "Multiple Choice", "nlp"),
        new("text-ranking", "Text Ranking", "nlp"),
        new("text-retrieval", "Text Retrieval", "nlp"),
        new("time-series-forecasting", "Time Series Forecasting", "tabular"),
        new("text-to-video", "Text-to-Video", "cv"),
        new("image-text-to-text", "Image-Text-to-Text", "multimodal"),
        new("image-text-to-image", "Image-Text-to-Image", "multimodal"),
        new("image-text-to-video", "Image-Text-to-Video", "multimodal"),
        new("visual-question-answering", "Visual Question Answering", "multimodal"),
        new("document-question-answering", "Document Question Answering", "multimodal"),
        new("zero-shot-image-classification", "Zero-Shot Image Classification", "cv"),
        new("graph-ml", "Graph Machine Learning", "other"),
        new("mask-generation", "Mask Generation", "cv"),
        new("zero-shot-object-detection", "Zero-Shot Object Detection", "cv"),
        new("text-to-3d", "Text-to-3D", "cv"),
        new("image-to-3d", "Image-to-3D", "cv"),
        new("image-feature-extraction", "Image Feature Extraction", "cv"),
        new("video-text-to-text", "Video-Text-to-Text", "multimodal"),
        new("keypoint-detection", "Keypoint Detection", "cv"),
        new("visual-document-retrieval", "Visual Document Retrieval", "multimodal"),
        new("any-to-any", "Any-to-Any", "multimodal"),
        new("video-to-video", "Video-to-Video", "cv"),
        new("other", "Other", "other"),
    ];

    private static readonly HashSet<string> Ids = [.. Known.Select(task => task.Id)];

    public static bool IsKnown(string task) => Ids.Contains(task);
}
