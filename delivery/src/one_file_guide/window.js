// Beside one file there is no folder with the guide: its chapters stand in the page as templates, and a link that would open
// one opens this window instead. Nothing here makes markup of text; what is shown is a copy of what the page brought along.
(function () {
  var words = {
    zh: { tag: "zh-CN", guide: "使用指南", chapters: "章节", close: "关闭" },
    en: { tag: "en", guide: "User guide", chapters: "Chapters", close: "Close" },
  };
  var shown = "en";
  var element = function (id) {
    return document.getElementById(id);
  };
  var chaptersOf = function (lang) {
    return Array.from(document.querySelectorAll('template[data-guide="' + lang + '"]'));
  };
  var go = function (anchor) {
    var place = anchor ? element("guide-" + anchor) : null;
    if (place) place.scrollIntoView();
    else element("guide-text").scrollTop = 0;
  };
  var show = function (lang, name, anchor) {
    var chapters = chaptersOf(lang);
    var chapter = chapters.find(function (each) {
      return each.dataset.chapter === name;
    });
    chapter = chapter || chapters[0];
    if (!chapter) return;
    shown = lang;
    var said = words[lang];
    var dialog = element("guide");
    var list = element("guide-chapters");
    var text = element("guide-text");
    dialog.lang = said.tag;
    dialog.setAttribute("aria-label", said.guide);
    list.setAttribute("aria-label", said.chapters);
    element("guide-close").textContent = said.close;
    text.setAttribute("aria-label", chapter.dataset.title);
    var options = chapters.map(function (each) {
      return new Option(each.dataset.title, each.dataset.chapter, false, each === chapter);
    });
    list.replaceChildren.apply(list, options);
    text.replaceChildren(document.importNode(chapter.content, true));
    if (!dialog.open) dialog.showModal();
    // So that the arrow keys move the text.
    text.focus();
    go(anchor);
  };
  var decoded = function (anchor) {
    try {
      return decodeURIComponent(anchor || "");
    } catch (error) {
      return anchor;
    }
  };
  var pressed = function (event) {
    var link = event.target instanceof Element && event.target.closest("a[href]");
    // With the right button it is the browser's menu that is wanted.
    if (!link || event.button > 1) return;
    var dialog = element("guide");
    // The page may not be there as a whole yet.
    if (!dialog) return;
    var inside = dialog.contains(link);
    var form = inside ? /^()([\w-]+)\.html(?:#(.*))?$/ : /^guide\/(zh|en)\/([\w-]+)\.html(?:#(.*))?$/;
    var to = link.getAttribute("href");
    var found = form.exec(to);
    if (found) {
      event.preventDefault();
      show(found[1] || shown, found[2], decoded(found[3]));
    } else if (inside && to.charAt(0) === "#") {
      // The part behind # is the app's page.
      event.preventDefault();
      go(decoded(to.slice(1)));
    }
  };
  document.addEventListener("click", pressed, true);
  document.addEventListener("auxclick", pressed, true);
  document.addEventListener("change", function (event) {
    if (event.target === element("guide-chapters")) show(shown, event.target.value);
  });
  document.addEventListener("click", function (event) {
    if (event.target === element("guide-close")) element("guide").close();
  });
})();
