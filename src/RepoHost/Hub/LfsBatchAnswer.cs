using System.Text.Json.Serialization;

namespace RepoHost.Hub;

/// <summary>The answer to a batch request (contract 7.3). What is null is left out: <c>"actions": null</c> makes the Python client fail.</summary>
internal sealed record LfsBatchAnswer(string Transfer, IReadOnlyList<LfsBatchAnswerObject> Objects);

/// <param name="Authenticated">True with actions: their addresses need no further credentials.</param>
internal sealed record LfsBatchAnswerObject(
    string Oid, long Size, bool? Authenticated = null, IReadOnlyDictionary<string, LfsAction>? Actions = null, LfsObjectError? Error = null);

/// <param name="ExpiresIn">Seconds; git-lfs asks anew in time.</param>
internal sealed record LfsAction(string Href, [property: JsonPropertyName("expires_in")] int ExpiresIn, IReadOnlyDictionary<string, string>? Header = null);

internal sealed record LfsObjectError(int Code, string Message);
