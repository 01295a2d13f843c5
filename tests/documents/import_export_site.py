"""An admin with one sheet, for the tests of importing and exporting."""

from django.contrib import admin
from django.urls import path
from import_export.admin import ImportExportModelAdmin
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource

from documents.import_export import spreadsheets
from inclusion_portal.urls import urlpatterns as portal
from municipalities.models import Oblast

site = admin.AdminSite()


class OblastResource(ModelResource):
    class Meta:
        model = Oblast
        fields = ("id", "name_ru", "name_ky")
        instance_loader_class = CachedInstanceLoader
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True


def is_called_secretary(user):
    return user.full_name == "Секретарь"


@spreadsheets(may_import=is_called_secretary, may_export=is_called_secretary)
class OblastAdmin(ImportExportModelAdmin):
    resource_classes = [OblastResource]


site.register(Oblast, OblastAdmin)
# Before the portal's own addresses, which its header links to.
urlpatterns = [path("admin/", site.urls), *portal]
