using System.CommandLine;

namespace RepoHost.Commands;

/// <summary>The operator's command line. It works on the data directory beside a running server, which sees each change with its next request.</summary>
internal static class CommandTree
{
    /// <param name="host">Runs a command's work against the data directory.</param>
    /// <param name="more">The commands that belong to other rooms: <c>serve</c>, <c>repo</c>.</param>
    public static RootCommand Build(CommandHost host, params IEnumerable<Command> more)
    {
        var root = new RootCommand("RepoHost: a server for Git repositories and models that works with Hugging Face clients and keeps gated downloads gated.")
        {
            CommandHost.Data,
            UserCommands.Build(host),
            OrganizationCommands.Build(host),
            ServiceCommands.Build(host),
            TokenCommands.Build(host),
        };
        foreach (var command in more)
            root.Add(command);
        return root;
    }

    /// <summary>Parses and runs one command line.</summary>
    /// <param name="args">As the program got them; settings may stand anywhere among them.</param>
    /// <param name="addRooms">Registers the rooms that commands need, with the same calls as the server.</param>
    /// <param name="more">Makes the commands of other rooms.</param>
    /// <param name="input">Standard input, unless given.</param>
    /// <param name="streams">Where output and errors go; the console, unless given.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(
        string[] args,
        Action<WebApplicationBuilder> addRooms,
        Func<CommandHost, IEnumerable<Command>> more,
        TextReader? input = null,
        InvocationConfiguration? streams = null,
        CancellationToken cancellationToken = default)
    {
        var settings = args.Where(IsSetting).ToArray();
        var host = new CommandHost(settings, addRooms, input ?? Console.In);
        var root = Build(host, more(host));
        string[] words = [.. args.Where(a => !IsSetting(a))];

        // Without a command the program serves: that is what 'dotnet run' types.
        if (words.Length == 0 || (words[0].StartsWith("--", StringComparison.Ordinal) && words[0] is not ("--help" or "--version" or "--data")))
            words = ["serve", .. words];
        return root.Parse(words).InvokeAsync(streams ?? new InvocationConfiguration(), cancellationToken);
    }

    /// <summary><c>--Section:Key=value</c>; options of commands have no colon in their names.</summary>
    private static bool IsSetting(string argument)
        => argument.StartsWith("--", StringComparison.Ordinal)
            && argument.IndexOf(':') is > 2 and var colon
            && argument.IndexOf('=') is var equals
            && equals > colon;
}
