using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace RepoHost.Commands;

/// <summary>Faults that an operator can mend: they are told as sentences, without a stack trace.</summary>
internal static class StartFault
{
    /// <summary>Null for anything that is a defect rather than a fault of settings.</summary>
    public static IReadOnlyList<string>? Sentences(Exception exception) => exception switch
    {
        OptionsValidationException e => [.. e.Failures],
        UnauthorizedAccessException e => [$"The data directory can't be written to: {e.Message}"],
        IOException { InnerException: AddressInUseException } e => [$"{e.Message} Stop the other program, or choose another address with --urls."],
        AggregateException e when e.InnerExceptions.All(i => Sentences(i) is not null) => [.. e.InnerExceptions.SelectMany(i => Sentences(i)!).Distinct()],
        _ => null,
    };
}
