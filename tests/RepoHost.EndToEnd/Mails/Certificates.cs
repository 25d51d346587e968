using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RepoHost.EndToEnd.Support;

namespace RepoHost.EndToEnd.Mails;

/// <summary>A certificate authority of a test's own, and a certificate of a mail server on this machine that it has signed.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public Certificates()
    {
        var from = DateTimeOffset.UnixEpoch.AddYears(50);
        var until = from.AddYears(60);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var authority = request.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(authority, from, until, [1, 2, 3, 4]);

        Authority = folder.File("authority.pem");
        Server = folder.File("server.pem");
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        File.WriteAllText(Server, signed.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>What a machine that trusts it has in its store.</summary>
    public string Authority { get; }

    /// <summary>Certificate and key.</summary>
    public string Server { get; }

    public void Dispose() => folder.Dispose();
}
