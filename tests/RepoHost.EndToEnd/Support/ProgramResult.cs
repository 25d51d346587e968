namespace RepoHost.EndToEnd.Support;

/// <summary>How a program ended and what it said.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit status {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Errors}";
}
