using static Breakwater.Waf.Tests.Harmless.HarmlessRequest;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>Sign-ups, addresses and orders.</summary>
internal static class PeopleRequests
{
    public static IEnumerable<HarmlessRequest> All()
    {
        int number = 0;
        foreach (string[] row in Texts.Rows("people.txt"))
        {
            string at = $"people/{++number}";
            (string name, string street, string town, string phone, string remark) = (row[0], row[1], row[2], row[3], row[4]);
            string mail = $"o'{Browsers.Hex(name, 3)}+shop@example.co.uk";
            yield return Form(
                $"{at}/checkout", "/checkout/?wc-ajax=checkout", ("billing_first_name", name), ("billing_address_1", street), ("billing_city", town), ("billing_phone", phone),
                ("billing_email", mail), ("order_comments", remark), ("payment_method", "cod"), ("woocommerce-process-checkout-nonce", Browsers.Hex(name, 5)),
                ("_wp_http_referer", "/?wc-ajax=update_order_review"));
            yield return Json(
                $"{at}/shop", "/rest/default/V1/guest-carts/abc/shipping-information",
                new { addressInformation = new { shipping_address = new { firstname = name, street = new[] { street, "" }, city = town, telephone = phone }, extension_attributes = new { comment = remark } } });
            yield return Multipart(
                $"{at}/contact", "/contact-us", new Part("your-name", name), new Part("your-address", $"{street}\n{town}"), new Part("your-message", $"Hello,\n\n{remark}\n\n-- \n{name}\n{phone}"),
                new Part("_wpcf7_unit_tag", "wpcf7-f42-p7-o1"));
            yield return Get($"{at}/geocode", "/geocode/v1/search", ("text", $"{street}, {town}"), ("lang", "en"), ("limit", "5"));
            yield return Json($"{at}/user", "/api/users/me", new { displayName = name, phone, about = remark, password = Browsers.Base64(name, 9) + "'\"<;--" }, "PATCH");
        }
    }
}
