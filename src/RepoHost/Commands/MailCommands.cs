using System.CommandLine;
using MimeKit;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Commands;

/// <summary><c>mail test</c>.</summary>
internal static class MailCommands
{
    public static Command Build(CommandHost host)
    {
        var mail = new Command("mail", "Mails: how they leave this server.");
        mail.Subcommands.Add(Test(host));
        return mail;
    }

    private static Command Test(CommandHost host)
    {
        var address = new Argument<string>("address") { Description = "Where to.", HelpName = "ADDRESS" };
        var command = new Command("test", "Send a test mail by the configured way (docs/configuration.md, Mail), and say what happened.") { address };
        command.SetAction((parsed, cancellation) => host.RunAsync(parsed, (services, token) => TestAsync(parsed, services, parsed.GetValue(address)!, token), cancellation));
        return command;
    }

    private static async Task<int> TestAsync(ParseResult parsed, IServiceProvider services, string address, CancellationToken cancellationToken)
    {
        if (!MailboxAddress.TryParse(address, out var to) || !to.Address.Contains('@', StringComparison.Ordinal))
            return CommandHost.Fail(parsed, $"{address} is not a mail address.");

        var transport = services.GetRequiredService<IMailTransport>();
        var letter = new Letter("Test mail from RepoHost")
            .Paragraph("This is a test mail. Whoever runs this server has asked for it; nothing has to be done.")
            .Link("The server:", services.GetRequiredService<PublicUrl>().Base);
        using var message = services.GetRequiredService<MailMessages>().Of($"test.{Guid.NewGuid():N}", to, letter);
        await using var session = transport.Start();
        return await session.SendAsync(message, cancellationToken) is { } failure
            ? CommandHost.Fail(parsed, $"The test mail was not sent by way of {transport.Description}. {failure.Message}")
            : CommandHost.Say(parsed, $"The test mail to {to.Address} was taken by {transport.Description}.");
    }
}
