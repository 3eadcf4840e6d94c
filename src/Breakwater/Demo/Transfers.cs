using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Breakwater.Demo;

/// <summary>What became of an uploaded file. Immutable.</summary>
internal sealed record UploadedFile(string Field, string? FileName, long Bytes, string Sha256);

/// <summary>Uploads and downloads of any size in constant memory. Stateless.</summary>
internal static class Transfers
{
    /// <summary>1 TiB: an end that no test or person meets by accident.</summary>
    public const long MaxDownload = 1L << 40;

    private const int MaxFiles = 100;

    private static readonly byte[] Block = MakeBlock();

    /// <summary>Reads multipart/form-data to its end, keeping nothing but sizes and hashes; null when it is not well-formed.</summary>
    public static async Task<IReadOnlyList<UploadedFile>?> ReceiveAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            return null;
        }

        List<UploadedFile> files = [];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            MultipartReader reader = new(boundary.Value!, context.Request.Body) { BodyLengthLimit = null };
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                if (files.Count == MaxFiles || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? part))
                {
                    return null;
                }

                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                long bytes = 0;
                for (int read; (read = await section.Body.ReadAsync(buffer, context.RequestAborted)) > 0; bytes += read)
                {
                    hash.AppendData(buffer, 0, read);
                }

                files.Add(new UploadedFile(
                    HeaderUtilities.RemoveQuotes(part.Name).ToString(), HeaderUtilities.RemoveQuotes(part.FileName).Value, bytes,
                    Convert.ToHexStringLower(hash.GetHashAndReset())));
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && !context.RequestAborted.IsCancellationRequested))
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return files;
    }

    /// <summary>Sends that many bytes: byte i is byte i mod 65,536 of <see cref="MakeBlock"/>, so that a client can check any part.</summary>
    public static async Task SendAsync(HttpContext context, long bytes)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = bytes;
        context.Response.Headers.ContentDisposition = "attachment; filename=\"download.bin\"";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        for (long left = bytes; left > 0; left -= Block.Length)
        {
            await context.Response.Body.WriteAsync(Block.AsMemory(0, (int)Math.Min(left, Block.Length)), context.RequestAborted);
        }
    }

    /// <summary>64 KiB that do not compress: xorshift32 from seed 1.</summary>
    internal static byte[] MakeBlock()
    {
        byte[] block = new byte[64 * 1024];
        uint x = 1;
        for (int i = 0; i < block.Length; i++)
        {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            block[i] = (byte)x;
        }

        return block;
    }
}
