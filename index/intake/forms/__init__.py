"""Files that hold articles in another form: PDF, Word, RTF, EPUB, mail, archives of the web, ZIP, feeds.

`reading.read_form` tells the form of a file by its first bytes and gives its articles as `document.Document`.
"""
