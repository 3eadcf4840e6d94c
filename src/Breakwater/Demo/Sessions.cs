using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Breakwater.Demo;

/// <summary>A visitor of the demo shop: who is signed in, and what is in the cart. Thread-safe.</summary>
internal sealed class Session
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _cart = [];

    /// <summary>The user signed in, or null.</summary>
    public string? User { get; set; }

    /// <summary>Puts something into the cart; at most 99 of each.</summary>
    public void Add(Product product, int quantity)
    {
        lock (_lock)
        {
            _cart[product.Slug] = Math.Min(99, _cart.GetValueOrDefault(product.Slug) + quantity);
        }
    }

    public void EmptyCart()
    {
        lock (_lock)
        {
            _cart.Clear();
        }
    }

    /// <summary>What is in the cart, in the catalogue's order.</summary>
    public Cart ReadCart()
    {
        lock (_lock)
        {
            CartItem[] items =
                [.. Catalogue.Products.Where(product => _cart.ContainsKey(product.Slug)).Select(product => new CartItem(product.Slug, _cart[product.Slug], product.Cents))];
            return new Cart(items, items.Sum(item => item.Quantity), items.Sum(item => item.Quantity * item.Cents));
        }
    }
}

/// <summary>A line of a cart. Immutable.</summary>
internal sealed record CartItem(string Product, int Quantity, int Cents);

/// <summary>A cart. Immutable.</summary>
internal sealed record Cart(IReadOnlyList<CartItem> Items, int Count, int TotalCents);

/// <summary>The sessions of the demo shop, the oldest dropped when there are too many. Thread-safe.</summary>
internal sealed class Sessions
{
    private const string Cookie = "session";
    private const int MaxSessions = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly Queue<string> _oldest = new();

    /// <summary>The session of a request, or null.</summary>
    public Session? Find(HttpContext context)
    {
        lock (_lock)
        {
            return context.Request.Cookies[Cookie] is { } id ? _sessions.GetValueOrDefault(id) : null;
        }
    }

    /// <summary>The session of a request, or a new one.</summary>
    public Session FindOrStart(HttpContext context) => Find(context) ?? Start(context);

    /// <summary>A new session, also when there is one: signing in takes a fresh id, so that an id planted before is worth nothing.</summary>
    public Session Start(HttpContext context)
    {
        string id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        Session session = new();
        lock (_lock)
        {
            _sessions.Add(id, session);
            _oldest.Enqueue(id);
            if (_sessions.Count > MaxSessions)
            {
                _sessions.Remove(_oldest.Dequeue());
            }
        }

        context.Response.Cookies.Append(Cookie, id, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.Headers["X-Forwarded-Proto"] == "https",
            Path = "/",
        });
        return session;
    }

    /// <summary>Signs out.</summary>
    public static void End(HttpContext context, Session? session)
    {
        if (session is not null)
        {
            session.User = null;
        }

        context.Response.Cookies.Delete(Cookie);
    }
}
