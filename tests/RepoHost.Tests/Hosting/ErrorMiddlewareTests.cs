using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hosting;

/// <summary>Errors that nobody has foreseen are written as the route's other errors are.</summary>
public sealed class ErrorMiddlewareTests
{
    public static TheoryData<RefusalFormat?, string, string> Formats => new()
    {
        { null, "application/json; charset=utf-8", """{"error":"SENTENCE"}""" },
        { RefusalFormat.Json, "application/json; charset=utf-8", """{"error":"SENTENCE"}""" },
        { RefusalFormat.Lfs, "application/vnd.git-lfs+json; charset=utf-8", """{"error":"SENTENCE","message":"SENTENCE"}""" },
        { RefusalFormat.Text, "text/plain; charset=utf-8", "SENTENCE" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task The_body_is_the_one_that_the_routes_clients_read(RefusalFormat? format, string type, string body)
    {
        foreach (var (fault, status) in new (Exception, int)[] { (new TimeoutException("Somebody else writes."), 503), (new InvalidOperationException("broken"), 500), (new Microsoft.Data.Sqlite.SqliteException("broken", 1), 503) })
        {
            var context = new DefaultHttpContext { Request = { Method = "POST" } };
            var output = new MemoryStream();
            context.Response.Body = output;
            context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(format is { } declared ? [new ErrorFormat(declared)] : []), "test"));
            await new ErrorMiddleware(_ => throw fault, NullLogger<ErrorMiddleware>.Instance).InvokeAsync(context);
            var said = System.Text.Encoding.UTF8.GetString(output.ToArray());
            Assert.Equal((status, type), (context.Response.StatusCode, context.Response.ContentType));
            var sentence = context.Response.Headers["X-Error-Message"].ToString();
            Assert.Equal(body.Replace("SENTENCE", sentence, StringComparison.Ordinal), said);
        }
    }
}
