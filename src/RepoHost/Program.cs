using RepoHost;
using RepoHost.Commands;

// The server and the operator's command line are one program (design: docs/architecture.md). Without a command it serves.
return await CommandTree.RunAsync(
    args,
    Server.AddRooms,
    host => [ServeCommand.Build(host), RepositoryCommands.Build(host), LfsCommands.Build(host), MailCommands.Build(host)]);
