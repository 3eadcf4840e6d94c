using System.IO.Compression;
using System.Text;
using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Sign-in: forms, SAML, OAuth and OpenID Connect, tokens.</summary>
internal static class SignInRequests
{
    private static readonly string[] Passwords =
    [
        "correct horse battery staple", "P@ssw0rd!'\"", "x'Or\"y", "1=1;--", "<b>old</b>&new", "a|b&&c;d", "$(kUq)7", "`tick`", "%00%0a%27", "../../secret", "{{a*7}}", "${HOME}", "pass\"word'--", "ünï©ödé€",
        "🔒🐴🔋", "C:\\Users\\me", "select*from", "() { x; }", "@@version", "/*comment*/",
    ];

    public static IEnumerable<HarmlessRequest> All()
    {
        for (int i = 0; i < Passwords.Length; i++)
        {
            string at = $"sign-in/password-{i}";
            yield return Form($"{at}/form", "/login", ("username", "tim.o'reilly@example.org"), ("password", Passwords[i]), ("_csrf", Browsers.Base64(at, 32)), ("redirect", "/account?tab=orders&x=1"));
            yield return Json($"{at}/json", "/auth/realms/app/register", new { user = new { email = "tim@example.org", password = Passwords[i], password_confirmation = Passwords[i] } });
        }

        for (int i = 0; i < 12; i++)
        {
            foreach (HarmlessRequest request in Round(i)) yield return request;
        }
    }

    private static IEnumerable<HarmlessRequest> Round(int i)
    {
        string at = $"sign-in/{i}";
        string state = Browsers.Base64Url(at + " state", 24);
        string claims = $$"""{"iss":"https://login.example.org/","sub":"auth0|{{Browsers.Hex(at, 12)}}","aud":["app"],"iat":1717171717,"exp":1717175317,"name":"Tim O'Reilly","scope":"openid profile email","https://example.org/roles":["admin","editor"]}""";
        string token = Browsers.Jwt(at, claims);
        yield return Get(
            $"{at}/authorize", "/oauth2/authorize", ("response_type", "code"), ("client_id", "abc-def.apps.example.org"), ("redirect_uri", "https://app.example.org/callback?provider=x&next=%2F"), ("scope", "openid profile email offline_access https://api.example.org/.default"),
            ("state", state), ("nonce", Browsers.Hex(at, 16)), ("code_challenge", Browsers.Base64Url(at, 32)), ("code_challenge_method", "S256"), ("prompt", "select_account"), ("claims", "{\"id_token\":{\"email\":{\"essential\":true}}}"));
        yield return Get($"{at}/callback", "/signin-oidc", ("code", $"4/0A{Browsers.Base64Url(at, 45)}"), ("state", state), ("scope", "email profile https://www.googleapis.com/auth/userinfo.email"), ("authuser", "0"), ("session_state", Browsers.Uuid(at)), ("iss", "https://login.example.org"));
        yield return Form($"{at}/token", "/oauth2/token", ("grant_type", "authorization_code"), ("code", Browsers.Base64Url(at, 45)), ("redirect_uri", "http://localhost:8080/cb"), ("client_secret", Browsers.Base64(at, 24)), ("code_verifier", Browsers.Base64Url(at, 32) + "~.-"));
        yield return Form($"{at}/form-post", "/signin-oidc", ("id_token", token), ("code", "0.AX" + Browsers.Base64Url(at, 300)), ("state", $"CfDJ8{Browsers.Base64Url(at, 200)}"), ("session_state", Browsers.Uuid(at)));
        yield return Get($"{at}/bearer", "/api/me").With("Authorization", $"Bearer {token}").With("X-CSRF-Token", Browsers.Base64(at, 32)).With("Origin", "https://app.example.org");
        yield return Get($"{at}/basic", "/private/").With("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"tim:{Passwords[i]}")));
        yield return Get($"{at}/digest", "/private/").With("Authorization", $"""Digest username="tim", realm="Bob's place", nonce="{Browsers.Hex(at, 16)}", uri="/private/?a='b'", qop=auth, nc=00000001, cnonce="{Browsers.Hex(at + "c", 8)}", response="{Browsers.Hex(at + "r", 16)}", opaque="" """.TrimEnd());
        yield return Get($"{at}/aws", "/bucket/a%20b.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20240531%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-SignedHeaders=host&X-Amz-Signature=" + Browsers.Hex(at, 32));

        string response = $"""
            <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_{Browsers.Hex(at, 16)}" Version="2.0" IssueInstant="2024-05-31T16:00:00Z" Destination="https://app.example.org/saml/acs">
            <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example.org/?id=7</saml:Issuer>
            <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>{Browsers.Base64(at, 256)}</ds:SignatureValue></ds:Signature>
            <saml:Attribute Name="name"><saml:AttributeValue>O'Brien &amp; Søn</saml:AttributeValue></saml:Attribute></samlp:Response>
            """;
        yield return Form($"{at}/saml", "/saml/acs", ("SAMLResponse", Convert.ToBase64String(Encoding.UTF8.GetBytes(response))), ("RelayState", $"https://app.example.org/dash?x={i}&y='z'"));
        yield return Get($"{at}/saml-redirect", "/saml/sso", ("SAMLRequest", Deflated(response[..400])), ("RelayState", "ss:mem:" + Browsers.Hex(at, 32)), ("SigAlg", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"), ("Signature", Browsers.Base64(at, 256)));
        yield return Json($"{at}/passkey", "/webauthn/finish", new { id = Browsers.Base64Url(at, 32), rawId = Browsers.Base64Url(at, 32), type = "public-key", response = new { clientDataJSON = Browsers.Base64Url(Encoding.UTF8.GetBytes("""{"type":"webauthn.get","challenge":"abc","origin":"https://example.org"}""")), authenticatorData = Browsers.Base64Url(at, 37), signature = Browsers.Base64Url(at, 71) } });
    }

    private static string Deflated(string text)
    {
        MemoryStream coded = new();
        using (DeflateStream coder = new(coded, CompressionLevel.Optimal)) coder.Write(Encoding.UTF8.GetBytes(text));
        return Convert.ToBase64String(coded.ToArray());
    }
}
