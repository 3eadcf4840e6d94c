using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Ftw;

/// <summary>
/// The settings under which the Core Rule Set's tests are meant to run, as its own test images set them: every paranoia level, detection only,
/// limits low enough that tests reach them. Stateless.
/// </summary>
public static class FtwSetup
{
    /// <summary>The name under which findings name it.</summary>
    public const string FileName = "breakwater/ftw.conf";

    /// <summary>The settings in SecLang, under the names of CRS 4 and of CRS 3.</summary>
    public const string Text = """
        SecAction "id:199990,phase:1,pass,nolog,\
            setvar:tx.blocking_paranoia_level=4,setvar:tx.detection_paranoia_level=4,\
            setvar:tx.paranoia_level=4,setvar:tx.executing_paranoia_level=4,\
            setvar:tx.crs_validate_utf8_encoding=1,\
            setvar:tx.arg_name_length=100,setvar:tx.arg_length=400,setvar:tx.total_arg_length=64000,setvar:tx.max_num_args=255,\
            setvar:tx.max_file_size=64100,setvar:tx.combined_file_sizes=65535"
        """;

    /// <summary>The zone that goes with them.</summary>
    public static WafZone Zone { get; } = new() { Name = "ftw", Mode = SecEngineMode.DetectionOnly, ResponseBodies = true };

    /// <summary>Reads rule files under these settings.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="paths">The set-up file and the rules, in order.</param>
    public static SecLoadResult Load(SecFileSource source, IEnumerable<string> paths) =>
        EngineDefaults.Load(new LayeredFileSource(new MemoryFileSource().Add(FileName, Text), source), [FileName, .. paths]);
}
