using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Commands;

/// <summary>Faults that an operator can mend: they are told as sentences, without a stack trace.</summary>
internal static class StartFault
{
    /// <summary>Null for anything that is a defect rather than a fault of settings.</summary>
    public static IReadOnlyList<string>? Sentences(Exception exception) => exception switch
    {
        OptionsValidationException e => [.. e.Failures],
        DataDirectoryException e => [e.Message],
        UnauthorizedAccessException e => [$"The data directory can't be written to: {e.Message}"],
        IOException { InnerException: AddressInUseException } e => [$"{e.Message} Stop the other program, or choose another address with --urls."],
        IOException e when DiskFull.Is(e) => ["The disk with the data directory is full. Make room, and start again."],
        IOException e => [$"The data directory can't be used: {e.Message}"],
        _ when DatabaseFault.SentenceOf(exception) is { } sentence => [sentence],
        AggregateException e when e.InnerExceptions.All(i => Sentences(i) is not null) => [.. e.InnerExceptions.SelectMany(i => Sentences(i)!).Distinct()],
        _ => null,
    };
}
