namespace Breakwater.Rules;

/// <summary>
/// A field of the rules language by number; what each means, its type and where it is available says <see cref="KnownFields"/>.
/// The numbers are those of one build, never stored.
/// </summary>
public enum FieldId : ushort
{
    /// <summary><c>http.request.method</c></summary>
    HttpRequestMethod,

    /// <summary><c>http.request.uri</c></summary>
    HttpRequestUri,

    /// <summary><c>http.request.uri.path</c></summary>
    HttpRequestUriPath,

    /// <summary><c>http.request.uri.path.extension</c></summary>
    HttpRequestUriPathExtension,

    /// <summary><c>http.request.uri.query</c></summary>
    HttpRequestUriQuery,

    /// <summary><c>http.request.uri.args</c></summary>
    HttpRequestUriArgs,

    /// <summary><c>http.request.uri.args.names</c></summary>
    HttpRequestUriArgsNames,

    /// <summary><c>http.request.uri.args.values</c></summary>
    HttpRequestUriArgsValues,

    /// <summary><c>http.request.full_uri</c></summary>
    HttpRequestFullUri,

    /// <summary><c>http.request.version</c></summary>
    HttpRequestVersion,

    /// <summary><c>http.request.timestamp.sec</c></summary>
    HttpRequestTimestampSec,

    /// <summary><c>http.request.timestamp.msec</c></summary>
    HttpRequestTimestampMsec,

    /// <summary><c>http.request.cookies</c></summary>
    HttpRequestCookies,

    /// <summary><c>http.request.headers</c></summary>
    HttpRequestHeaders,

    /// <summary><c>http.request.headers.names</c></summary>
    HttpRequestHeadersNames,

    /// <summary><c>http.request.headers.values</c></summary>
    HttpRequestHeadersValues,

    /// <summary><c>http.request.headers.truncated</c></summary>
    HttpRequestHeadersTruncated,

    /// <summary><c>http.request.accepted_languages</c></summary>
    HttpRequestAcceptedLanguages,

    /// <summary><c>http.host</c></summary>
    HttpHost,

    /// <summary><c>http.user_agent</c></summary>
    HttpUserAgent,

    /// <summary><c>http.referer</c></summary>
    HttpReferer,

    /// <summary><c>http.cookie</c></summary>
    HttpCookie,

    /// <summary><c>http.x_forwarded_for</c></summary>
    HttpXForwardedFor,

    /// <summary><c>ssl</c></summary>
    Ssl,

    /// <summary><c>raw.http.request.uri</c></summary>
    RawHttpRequestUri,

    /// <summary><c>raw.http.request.uri.path</c></summary>
    RawHttpRequestUriPath,

    /// <summary><c>raw.http.request.uri.path.extension</c></summary>
    RawHttpRequestUriPathExtension,

    /// <summary><c>raw.http.request.uri.query</c></summary>
    RawHttpRequestUriQuery,

    /// <summary><c>raw.http.request.uri.args</c></summary>
    RawHttpRequestUriArgs,

    /// <summary><c>raw.http.request.uri.args.names</c></summary>
    RawHttpRequestUriArgsNames,

    /// <summary><c>raw.http.request.uri.args.values</c></summary>
    RawHttpRequestUriArgsValues,

    /// <summary><c>raw.http.request.full_uri</c></summary>
    RawHttpRequestFullUri,

    /// <summary><c>http.request.body.raw</c></summary>
    HttpRequestBodyRaw,

    /// <summary><c>http.request.body.size</c></summary>
    HttpRequestBodySize,

    /// <summary><c>http.request.body.truncated</c></summary>
    HttpRequestBodyTruncated,

    /// <summary><c>http.request.body.mime</c></summary>
    HttpRequestBodyMime,

    /// <summary><c>http.request.body.form</c></summary>
    HttpRequestBodyForm,

    /// <summary><c>http.request.body.form.names</c></summary>
    HttpRequestBodyFormNames,

    /// <summary><c>http.request.body.form.values</c></summary>
    HttpRequestBodyFormValues,

    /// <summary><c>http.request.body.multipart</c></summary>
    HttpRequestBodyMultipart,

    /// <summary><c>http.request.body.multipart.names</c></summary>
    HttpRequestBodyMultipartNames,

    /// <summary><c>http.request.body.multipart.values</c></summary>
    HttpRequestBodyMultipartValues,

    /// <summary><c>http.request.body.multipart.filenames</c></summary>
    HttpRequestBodyMultipartFilenames,

    /// <summary><c>http.request.body.multipart.content_types</c></summary>
    HttpRequestBodyMultipartContentTypes,

    /// <summary><c>http.request.body.multipart.content_dispositions</c></summary>
    HttpRequestBodyMultipartContentDispositions,

    /// <summary><c>http.request.body.multipart.content_transfer_encodings</c></summary>
    HttpRequestBodyMultipartContentTransferEncodings,

    /// <summary><c>ip.src</c></summary>
    IpSrc,

    /// <summary><c>ip.src.country</c></summary>
    IpSrcCountry,

    /// <summary><c>ip.src.continent</c></summary>
    IpSrcContinent,

    /// <summary><c>ip.src.asnum</c></summary>
    IpSrcAsnum,

    /// <summary><c>ip.src.city</c></summary>
    IpSrcCity,

    /// <summary><c>ip.src.region</c></summary>
    IpSrcRegion,

    /// <summary><c>ip.src.region_code</c></summary>
    IpSrcRegionCode,

    /// <summary><c>ip.src.postal_code</c></summary>
    IpSrcPostalCode,

    /// <summary><c>ip.src.metro_code</c></summary>
    IpSrcMetroCode,

    /// <summary><c>ip.src.lat</c></summary>
    IpSrcLat,

    /// <summary><c>ip.src.lon</c></summary>
    IpSrcLon,

    /// <summary><c>ip.src.timezone.name</c></summary>
    IpSrcTimezoneName,

    /// <summary><c>ip.src.subdivision_1_iso_code</c></summary>
    IpSrcSubdivision1IsoCode,

    /// <summary><c>ip.src.subdivision_2_iso_code</c></summary>
    IpSrcSubdivision2IsoCode,

    /// <summary><c>ip.src.is_in_european_union</c></summary>
    IpSrcIsInEuropeanUnion,

    /// <summary><c>http.response.code</c></summary>
    HttpResponseCode,

    /// <summary><c>http.response.headers</c></summary>
    HttpResponseHeaders,

    /// <summary><c>http.response.headers.names</c></summary>
    HttpResponseHeadersNames,

    /// <summary><c>http.response.headers.values</c></summary>
    HttpResponseHeadersValues,

    /// <summary><c>http.response.content_type.media_type</c></summary>
    HttpResponseContentTypeMediaType,

    /// <summary><c>raw.http.response.headers</c></summary>
    RawHttpResponseHeaders,

    /// <summary><c>raw.http.response.headers.names</c></summary>
    RawHttpResponseHeadersNames,

    /// <summary><c>raw.http.response.headers.values</c></summary>
    RawHttpResponseHeadersValues,

    /// <summary><c>cf.response.error_type</c></summary>
    CfResponseErrorType,

    /// <summary><c>cf.response.1xxx_code</c></summary>
    CfResponse1xxxCode,

    /// <summary><c>cf.ray_id</c></summary>
    CfRayId,

    /// <summary><c>cf.random_seed</c></summary>
    CfRandomSeed,

    /// <summary><c>cf.edge.server_ip</c></summary>
    CfEdgeServerIp,

    /// <summary><c>cf.edge.server_port</c></summary>
    CfEdgeServerPort,

    /// <summary><c>cf.edge.client_tcp</c></summary>
    CfEdgeClientTcp,

    /// <summary><c>cf.edge.client_port</c></summary>
    CfEdgeClientPort,

    /// <summary><c>cf.tls_version</c></summary>
    CfTlsVersion,

    /// <summary><c>cf.tls_cipher</c></summary>
    CfTlsCipher,

    /// <summary><c>cf.tls_client_hello_length</c></summary>
    CfTlsClientHelloLength,

    /// <summary><c>cf.tls_client_random</c></summary>
    CfTlsClientRandom,

    /// <summary><c>cf.tls_client_extensions_sha1</c></summary>
    CfTlsClientExtensionsSha1,

    /// <summary><c>cf.tls_client_extensions_sha1_le</c></summary>
    CfTlsClientExtensionsSha1Le,

    /// <summary><c>cf.tls_ciphers_sha1</c></summary>
    CfTlsCiphersSha1,

    /// <summary><c>cf.timings.client_tcp_rtt_msec</c></summary>
    CfTimingsClientTcpRttMsec,

    /// <summary><c>cf.timings.client_quic_rtt_msec</c></summary>
    CfTimingsClientQuicRttMsec,

    /// <summary><c>cf.timings.edge_msec</c></summary>
    CfTimingsEdgeMsec,

    /// <summary><c>cf.timings.origin_ttfb_msec</c></summary>
    CfTimingsOriginTtfbMsec,

    /// <summary><c>cf.timings.worker_msec</c></summary>
    CfTimingsWorkerMsec,

    /// <summary><c>cf.tls_client_auth.cert_presented</c></summary>
    CfTlsClientAuthCertPresented,

    /// <summary><c>cf.tls_client_auth.cert_verified</c></summary>
    CfTlsClientAuthCertVerified,

    /// <summary><c>cf.tls_client_auth.cert_revoked</c></summary>
    CfTlsClientAuthCertRevoked,

    /// <summary><c>cf.tls_client_auth.cert_issuer_dn</c></summary>
    CfTlsClientAuthCertIssuerDn,

    /// <summary><c>cf.tls_client_auth.cert_subject_dn</c></summary>
    CfTlsClientAuthCertSubjectDn,

    /// <summary><c>cf.tls_client_auth.cert_issuer_dn_rfc2253</c></summary>
    CfTlsClientAuthCertIssuerDnRfc2253,

    /// <summary><c>cf.tls_client_auth.cert_subject_dn_rfc2253</c></summary>
    CfTlsClientAuthCertSubjectDnRfc2253,

    /// <summary><c>cf.tls_client_auth.cert_issuer_dn_legacy</c></summary>
    CfTlsClientAuthCertIssuerDnLegacy,

    /// <summary><c>cf.tls_client_auth.cert_subject_dn_legacy</c></summary>
    CfTlsClientAuthCertSubjectDnLegacy,

    /// <summary><c>cf.tls_client_auth.cert_serial</c></summary>
    CfTlsClientAuthCertSerial,

    /// <summary><c>cf.tls_client_auth.cert_issuer_serial</c></summary>
    CfTlsClientAuthCertIssuerSerial,

    /// <summary><c>cf.tls_client_auth.cert_fingerprint_sha256</c></summary>
    CfTlsClientAuthCertFingerprintSha256,

    /// <summary><c>cf.tls_client_auth.cert_fingerprint_sha1</c></summary>
    CfTlsClientAuthCertFingerprintSha1,

    /// <summary><c>cf.tls_client_auth.cert_not_before</c></summary>
    CfTlsClientAuthCertNotBefore,

    /// <summary><c>cf.tls_client_auth.cert_not_after</c></summary>
    CfTlsClientAuthCertNotAfter,

    /// <summary><c>cf.tls_client_auth.cert_ski</c></summary>
    CfTlsClientAuthCertSki,

    /// <summary><c>cf.tls_client_auth.cert_issuer_ski</c></summary>
    CfTlsClientAuthCertIssuerSki,

    /// <summary><c>cf.tls_client_auth.cert_rfc9440</c></summary>
    CfTlsClientAuthCertRfc9440,

    /// <summary><c>cf.tls_client_auth.cert_rfc9440_too_large</c></summary>
    CfTlsClientAuthCertRfc9440TooLarge,

    /// <summary><c>cf.tls_client_auth.cert_chain_rfc9440</c></summary>
    CfTlsClientAuthCertChainRfc9440,

    /// <summary><c>cf.tls_client_auth.cert_chain_rfc9440_too_large</c></summary>
    CfTlsClientAuthCertChainRfc9440TooLarge,

    /// <summary><c>cf.bot_management.score</c></summary>
    CfBotManagementScore,

    /// <summary><c>cf.bot_management.verified_bot</c></summary>
    CfBotManagementVerifiedBot,

    /// <summary><c>cf.bot_management.static_resource</c></summary>
    CfBotManagementStaticResource,

    /// <summary><c>cf.bot_management.ja3_hash</c></summary>
    CfBotManagementJa3Hash,

    /// <summary><c>cf.bot_management.ja4</c></summary>
    CfBotManagementJa4,

    /// <summary><c>cf.bot_management.js_detection.passed</c></summary>
    CfBotManagementJsDetectionPassed,

    /// <summary><c>cf.bot_management.detection_ids</c></summary>
    CfBotManagementDetectionIds,

    /// <summary><c>cf.bot_management.corporate_proxy</c></summary>
    CfBotManagementCorporateProxy,

    /// <summary><c>cf.bot_management.signed_agent</c></summary>
    CfBotManagementSignedAgent,

    /// <summary><c>cf.verified_bot_category</c></summary>
    CfVerifiedBotCategory,

    /// <summary><c>cf.client.bot</c></summary>
    CfClientBot,

    /// <summary><c>cf.waf.score</c></summary>
    CfWafScore,

    /// <summary><c>cf.waf.score.sqli</c></summary>
    CfWafScoreSqli,

    /// <summary><c>cf.waf.score.xss</c></summary>
    CfWafScoreXss,

    /// <summary><c>cf.waf.score.rce</c></summary>
    CfWafScoreRce,

    /// <summary><c>cf.waf.score.class</c></summary>
    CfWafScoreClass,

    /// <summary><c>cf.threat_score</c></summary>
    CfThreatScore,

    /// <summary><c>cf.waf.content_scan.has_obj</c></summary>
    CfWafContentScanHasObj,

    /// <summary><c>cf.waf.content_scan.has_malicious_obj</c></summary>
    CfWafContentScanHasMaliciousObj,

    /// <summary><c>cf.waf.content_scan.has_failed</c></summary>
    CfWafContentScanHasFailed,

    /// <summary><c>cf.waf.content_scan.num_obj</c></summary>
    CfWafContentScanNumObj,

    /// <summary><c>cf.waf.content_scan.num_malicious_obj</c></summary>
    CfWafContentScanNumMaliciousObj,

    /// <summary><c>cf.waf.content_scan.obj_sizes</c></summary>
    CfWafContentScanObjSizes,

    /// <summary><c>cf.waf.content_scan.obj_types</c></summary>
    CfWafContentScanObjTypes,

    /// <summary><c>cf.waf.content_scan.obj_results</c></summary>
    CfWafContentScanObjResults,

    /// <summary><c>cf.waf.credential_check.password_leaked</c></summary>
    CfWafCredentialCheckPasswordLeaked,

    /// <summary><c>cf.waf.credential_check.username_leaked</c></summary>
    CfWafCredentialCheckUsernameLeaked,

    /// <summary><c>cf.waf.credential_check.username_and_password_leaked</c></summary>
    CfWafCredentialCheckUsernameAndPasswordLeaked,

    /// <summary><c>cf.waf.credential_check.username_password_similar</c></summary>
    CfWafCredentialCheckUsernamePasswordSimilar,

    /// <summary><c>cf.waf.auth_detected</c></summary>
    CfWafAuthDetected,

    /// <summary><c>cf.api_gateway.auth_id_present</c></summary>
    CfApiGatewayAuthIdPresent,

    /// <summary><c>cf.api_gateway.request_violates_schema</c></summary>
    CfApiGatewayRequestViolatesSchema,

    /// <summary><c>cf.api_gateway.fallthrough_detected</c></summary>
    CfApiGatewayFallthroughDetected,

    /// <summary><c>cf.schema_validation.violation</c></summary>
    CfSchemaValidationViolation,

    /// <summary><c>http.request.jwt.claims.aud</c></summary>
    HttpRequestJwtClaimsAud,

    /// <summary><c>http.request.jwt.claims.aud.names</c></summary>
    HttpRequestJwtClaimsAudNames,

    /// <summary><c>http.request.jwt.claims.aud.values</c></summary>
    HttpRequestJwtClaimsAudValues,

    /// <summary><c>http.request.jwt.claims.iat.sec</c></summary>
    HttpRequestJwtClaimsIatSec,

    /// <summary><c>http.request.jwt.claims.iat.sec.names</c></summary>
    HttpRequestJwtClaimsIatSecNames,

    /// <summary><c>http.request.jwt.claims.iat.sec.values</c></summary>
    HttpRequestJwtClaimsIatSecValues,

    /// <summary><c>http.request.jwt.claims.iss</c></summary>
    HttpRequestJwtClaimsIss,

    /// <summary><c>http.request.jwt.claims.iss.names</c></summary>
    HttpRequestJwtClaimsIssNames,

    /// <summary><c>http.request.jwt.claims.iss.values</c></summary>
    HttpRequestJwtClaimsIssValues,

    /// <summary><c>http.request.jwt.claims.jti</c></summary>
    HttpRequestJwtClaimsJti,

    /// <summary><c>http.request.jwt.claims.jti.names</c></summary>
    HttpRequestJwtClaimsJtiNames,

    /// <summary><c>http.request.jwt.claims.jti.values</c></summary>
    HttpRequestJwtClaimsJtiValues,

    /// <summary><c>http.request.jwt.claims.nbf.sec</c></summary>
    HttpRequestJwtClaimsNbfSec,

    /// <summary><c>http.request.jwt.claims.nbf.sec.names</c></summary>
    HttpRequestJwtClaimsNbfSecNames,

    /// <summary><c>http.request.jwt.claims.nbf.sec.values</c></summary>
    HttpRequestJwtClaimsNbfSecValues,

    /// <summary><c>http.request.jwt.claims.sub</c></summary>
    HttpRequestJwtClaimsSub,

    /// <summary><c>http.request.jwt.claims.sub.names</c></summary>
    HttpRequestJwtClaimsSubNames,

    /// <summary><c>http.request.jwt.claims.sub.values</c></summary>
    HttpRequestJwtClaimsSubValues,

    /// <summary><c>cf.llm.prompt.detected</c></summary>
    CfLlmPromptDetected,

    /// <summary><c>cf.llm.prompt.pii_detected</c></summary>
    CfLlmPromptPiiDetected,

    /// <summary><c>cf.llm.prompt.pii_categories</c></summary>
    CfLlmPromptPiiCategories,

    /// <summary><c>cf.llm.prompt.unsafe_topic_detected</c></summary>
    CfLlmPromptUnsafeTopicDetected,

    /// <summary><c>cf.llm.prompt.unsafe_topic_categories</c></summary>
    CfLlmPromptUnsafeTopicCategories,

    /// <summary><c>cf.llm.prompt.injection_score</c></summary>
    CfLlmPromptInjectionScore,

    /// <summary><c>cf.hostname.metadata</c></summary>
    CfHostnameMetadata,

    /// <summary><c>cf.worker.upstream_zone</c></summary>
    CfWorkerUpstreamZone,

    /// <summary><c>cf.zone.name</c></summary>
    CfZoneName,

    /// <summary><c>cf.zone.plan</c></summary>
    CfZonePlan,

    /// <summary><c>cf.colo.id</c></summary>
    CfColoId,

    /// <summary><c>cf.unique_visitor_id</c></summary>
    CfUniqueVisitorId,
}
