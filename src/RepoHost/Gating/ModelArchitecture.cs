namespace RepoHost.Gating;

/// <summary>
/// What a class of the transformers library is for. Its classes are called by what they are made of and what their last layer does: BertForTokenClassification.
/// </summary>
internal static class ModelArchitecture
{
    /// <summary>What a whole name says, where its end alone would say something else, or nothing.</summary>
    private static readonly (string Beginning, string End, string Task)[] Whole =
    [
        ("Tapas", "ForQuestionAnswering", "table-question-answering"),
        ("LayoutLM", "ForQuestionAnswering", "document-question-answering"),
        ("Donut", "", "image-text-to-text"),
        ("Vilt", "ForQuestionAnswering", "visual-question-answering"),
        ("VisionEncoderDecoderModel", "", "image-to-text"),
        ("SpeechEncoderDecoderModel", "", "automatic-speech-recognition"),
        ("VisionTextDualEncoderModel", "", "zero-shot-image-classification"),
        ("CLIPModel", "", "zero-shot-image-classification"),
        ("ChineseCLIPModel", "", "zero-shot-image-classification"),
        ("SiglipModel", "", "zero-shot-image-classification"),
        ("Siglip2Model", "", "zero-shot-image-classification"),
        ("AlignModel", "", "zero-shot-image-classification"),
        ("SamModel", "", "mask-generation"),
        ("Sam2Model", "", "mask-generation"),
        ("SamHQModel", "", "mask-generation"),
        ("VitsModel", "", "text-to-speech"),
        ("BarkModel", "", "text-to-speech"),
        ("SpeechT5ForTextToSpeech", "", "text-to-speech"),
        ("Musicgen", "ForConditionalGeneration", "text-to-audio"),
        ("Whisper", "ForConditionalGeneration", "automatic-speech-recognition"),
        ("Speech2Text", "ForConditionalGeneration", "automatic-speech-recognition"),
        ("SeamlessM4T", "", "automatic-speech-recognition"),
        ("Qwen2Audio", "ForConditionalGeneration", "audio-text-to-text"),
        ("BlipForConditionalGeneration", "", "image-to-text"),
        ("Pix2Struct", "ForConditionalGeneration", "image-to-text"),
        ("GitForCausalLM", "", "image-to-text"),
        ("Bert", "ForPreTraining", "fill-mask"),
    ];

    private static readonly (string End, string Task)[] Ends =
    [
        ("ForTokenClassification", "token-classification"),
        ("ForQuestionAnswering", "question-answering"),
        ("ForVisualQuestionAnswering", "visual-question-answering"),
        ("ForDocumentQuestionAnswering", "document-question-answering"),
        ("ForTableQuestionAnswering", "table-question-answering"),
        ("ForMultipleChoice", "multiple-choice"),
        ("ForMaskedLM", "fill-mask"),
        ("WithLMHeadModel", "fill-mask"),
        ("ForCausalLM", "text-generation"),
        ("LMHeadModel", "text-generation"),
        ("ForCTC", "automatic-speech-recognition"),
        ("ForSpeechSeq2Seq", "automatic-speech-recognition"),
        ("ForAudioClassification", "audio-classification"),
        ("ForAudioFrameClassification", "audio-classification"),
        ("ForXVector", "audio-classification"),
        ("ForTextToSpeech", "text-to-speech"),
        ("ForTextToWaveform", "text-to-audio"),
        ("ForZeroShotImageClassification", "zero-shot-image-classification"),
        ("ForZeroShotObjectDetection", "zero-shot-object-detection"),
        ("ForImageClassification", "image-classification"),
        ("ForImageClassificationWithTeacher", "image-classification"),
        ("ForVideoClassification", "video-classification"),
        ("ForObjectDetection", "object-detection"),
        ("ForImageSegmentation", "image-segmentation"),
        ("ForSemanticSegmentation", "image-segmentation"),
        ("ForInstanceSegmentation", "image-segmentation"),
        ("ForUniversalSegmentation", "image-segmentation"),
        ("ForDepthEstimation", "depth-estimation"),
        ("ForPoseEstimation", "keypoint-detection"),
        ("ForKeypointDetection", "keypoint-detection"),
        ("ForMaskGeneration", "mask-generation"),
        ("ForImageToImage", "image-to-image"),
        ("ForImageSuperResolution", "image-to-image"),
        ("ForImageTextToText", "image-text-to-text"),
        ("ForVision2Seq", "image-to-text"),
        ("ForTimeSeriesPrediction", "time-series-forecasting"),
        ("ForPrediction", "time-series-forecasting"),
        ("ForSeq2SeqLM", "text2text-generation"),
    ];

    private static readonly string[] Audio = ["Wav2Vec2", "Hubert", "WavLM", "UniSpeech", "Data2VecAudio", "SEW", "Whisper", "AST", "Audio"];

    private static readonly string[] Vision =
    [
        "ViT", "DeiT", "Beit", "BeiT", "Dinov2", "DINOv3", "Swin", "ConvNext", "ResNet", "RegNet", "VideoMAE", "Hiera", "Pvt", "EfficientNet", "MobileNet",
        "MobileViT",
    ];

    /// <param name="architecture">The first of <c>architectures</c> in config.json.</param>
    /// <param name="sees">Whether its config.json has a part for a vision model.</param>
    /// <param name="hears">Whether it has one for an audio model.</param>
    /// <returns>Null when the name says nothing.</returns>
    public static string? TaskOf(string architecture, bool sees, bool hears)
    {
        foreach (var (beginning, end, task) in Whole)
        {
            if (architecture.StartsWith(beginning, StringComparison.Ordinal) && architecture.EndsWith(end, StringComparison.Ordinal))
                return task;
        }

        if (architecture.EndsWith("ForConditionalGeneration", StringComparison.Ordinal))
            return sees && hears ? "any-to-any" : sees ? "image-text-to-text" : hears ? "audio-text-to-text" : "text2text-generation";
        if (architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal))
            return Begins(architecture, Audio) ? "audio-classification" : "text-classification";
        foreach (var (end, task) in Ends)
        {
            if (architecture.EndsWith(end, StringComparison.Ordinal))
                return sees && task == "text-generation" ? "image-text-to-text" : task;
        }

        return !architecture.EndsWith("Model", StringComparison.Ordinal) ? null
            : Begins(architecture, Vision) ? "image-feature-extraction" : "feature-extraction";
    }

    private static bool Begins(string architecture, string[] names) => names.Any(name => architecture.StartsWith(name, StringComparison.Ordinal));
}
